// nbgrader's scripts have defined the views of this page, and draw them when it has loaded.

const afterRender = (view, correct) => {
    if (view === undefined) return;
    const render = view.prototype.render;
    view.prototype.render = function () {
        render.call(this);
        correct(this, this.model);
    };
};

// nbgrader says "None", and "None, None", where the gradebook has nothing.
const setName = (cell, model, id) => {
    const known = [model.get("last_name"), model.get("first_name")].filter(Boolean);
    const name = known.length ? known.join(", ") : id;
    const link = cell.find("a");
    (link.length ? link : cell).text(name);
    cell.attr("data-order", name);
};

const emptyWhereUnknown = (cell, value) => {
    if (value === null) cell.text("").attr("data-order", "");
};

afterRender(window.AssignmentUI, (view, assignment) => emptyWhereUnknown(view.$duedate, assignment.get("duedate")));

afterRender(window.StudentUI, (view, student) => {
    setName(view.$name, student, student.get("id"));
    emptyWhereUnknown(view.$email, student.get("email"));
});

afterRender(window.SubmissionUI, (view, submission) => {
    setName(view.$student_name, submission, submission.get("student"));
    emptyWhereUnknown(view.$timestamp, submission.get("timestamp"));
    if (submission.get("review")) view.$status.attr("title", submission.get("review"));
    if (submission.get("unreadable")) {
        view.$status.empty().append($("<span/>").addClass("label label-danger").text("cannot be read"));
    }
    const byHand = submission.get("max_written_score") + submission.get("max_task_score");
    if (submission.get("autograded") && byHand) {
        const split = roundToPrecision(submission.get("max_code_score"), 2) + " graded by tests, "
            + roundToPrecision(byHand, 2) + " by hand";
        view.$score.append($("<div/>").addClass("small text-muted").text(split));
    }
});
