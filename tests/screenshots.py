"""`make screenshots`: takes the pictures of docs/pictures/ in Chromium, from the demo course.

The pages are those that `autograder demo` makes; nothing is drawn by hand. Dates, and the random order of formgrader's
submissions, are replaced by fixed ones, so that a picture changes when its page does.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from browser import ARGUMENTS, CHROMIUM
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.text import Text

from autograder.authoring.sample_class import copy_course
from autograder.course.layout import Course

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
BIN = Path(sys.executable).parent

FEEDBACK_OF, CLASS_OF = "a3_softmax_gradient", "a1_numerical_gradients"
STUDENT = "many-mistakes"
FEW = ("solution", "right-*", STUDENT, "copied-*", "half-done", "untouched", "damaged-not_json")
"""The students in the picture of the terminal."""

COLOURS = 128
PAPER_WIDTH = 794  # A4 at 96 dots per inch

_FIXED_TIMES = r"""() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const fixed = text => text
        .replace(/\d{4}-\d\d-\d\d \d\d:\d\d/, "2026-09-01 09:00").replace(/Submission #\d+/, "Submission #1");
    while (texts.nextNode()) texts.currentNode.data = fixed(texts.currentNode.data);
}"""

# formgrader sorts submissions by ids, which are random.
_SORTED_ROWS = """() => {
    const rows = [...document.querySelectorAll("tbody tr")];
    rows.sort((a, b) => a.innerText < b.innerText ? -1 : 1).forEach(row => row.parentElement.append(row));
}"""

_TO_THE_COMMENT = """() => {
    const areas = [...document.querySelectorAll("textarea")];
    areas.find(area => area.value.includes("last part")).scrollIntoView(false);
    document.activeElement.blur();
}"""


def main() -> None:
    """Makes the demo course in a temporary folder, and all pictures of it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, chromium() as browser:
        demo = Path(temporary) / "demo"
        run("demo", str(demo), folder=ROOT)
        run("report", CLASS_OF, "--html", folder=demo)
        take_feedback(browser, demo)
        take_class_page(browser, demo)
        take_formgrader(browser, demo)
        take_terminal(browser, demo, Path(temporary) / "fresh")
    for path in sorted(PICTURES.glob("*.png")):
        print(f"{path.stat().st_size / 1000:6.0f} kB  {path.relative_to(ROOT)}")


def run(*arguments: str, folder: Path) -> str:
    """Runs `autograder` as in a terminal of 100 columns with colours; returns what it prints."""
    environment = os.environ | {"COLUMNS": "100", "FORCE_COLOR": "1", "TTY_INTERACTIVE": "0"}
    command = [str(BIN / "autograder"), *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"autograder {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    if CHROMIUM is None:
        sys.exit("there is no Chromium; `apt-get install chromium` brings one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, address: str, width: int, height: int, **options: Any) -> Iterator[Page]:
    """A page in a window of this size, with fixed times."""
    scale = options.pop("scale", 1.5)
    context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=scale, **options)
    page = context.new_page()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    page.evaluate(_FIXED_TIMES)
    yield page
    context.close()


def save(name: str, png: bytes) -> None:
    """Writes a picture with a palette: a third of the size, and no difference that one can see."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(PICTURES / f"{name}.png", optimize=True)


def take_feedback(browser: Browser, demo: Path) -> None:
    """The page of a student: on a desk, on a phone, in the dark and on paper."""
    address = (demo / "feedback" / STUDENT / FEEDBACK_OF / f"{FEEDBACK_OF}.html").as_uri()
    with opened(browser, address, 1080, 860) as page:
        save("feedback", page.screenshot())
    with opened(browser, address, 375, 740, is_mobile=True, scale=2) as page:
        save("feedback-phone", page.screenshot())
    with opened(browser, address, 1080, 620, color_scheme="dark") as page:
        page.locator("section.question").first.evaluate("element => element.scrollIntoView({behavior: 'instant'})")
        save("feedback-dark", page.screenshot())
    with opened(browser, address, PAPER_WIDTH, 1123, bypass_csp=True) as page:
        page.emulate_media(media="print")
        page.add_style_tag(content="body { padding: 3rem !important }")  # the printer's margin
        save("feedback-print", page.screenshot())


def take_class_page(browser: Browser, demo: Path) -> None:
    """The statistics of a class."""
    with opened(browser, (demo / "reports" / f"{CLASS_OF}.html").as_uri(), 1080, 1264) as page:
        save("class-page", page.screenshot())


def take_formgrader(browser: Browser, demo: Path) -> None:
    """formgrader's list of the submissions of a notebook, and manual grading of a written answer."""
    signed_in = {"extra_http_headers": {"Authorization": "token t"}}
    with jupyter(demo) as server:
        notebook = f"{CLASS_OF}/{CLASS_OF}"
        with opened(browser, f"{server}/formgrader/gradebook/{notebook}", 1080, 740, **signed_in) as page:
            page.wait_for_function("() => !document.body.innerText.includes('Loading')")
            page.get_by_text("Show All Names").click()
            page.evaluate(_SORTED_ROWS)
            save("formgrader-gradebook", page.screenshot())
            found = page.request.get(f"{server}/formgrader/api/submitted_notebooks/{notebook}").json()
        (submission,) = (entry["id"] for entry in found if entry["student"] == STUDENT)
        with opened(browser, f"{server}/formgrader/submissions/{submission}/", 1080, 760, **signed_in) as page:
            page.wait_for_timeout(3000)  # formulas are set when the page has been loaded
            page.evaluate(_TO_THE_COMMENT)
            save("formgrader-grading", page.screenshot())


@contextmanager
def jupyter(folder: Path) -> Iterator[str]:
    """A Jupyter server in a folder, without the settings of whoever runs this; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(BIN / "jupyter"), "server", "--allow-root", "--no-browser", f"--port={port}"]
    settings = {"JUPYTER_CONFIG_DIR": str(folder / ".jupyter"), "JUPYTER_DATA_DIR": str(folder / ".jupyter")}
    server = subprocess.Popen(
        [*command, "--ServerApp.token=t"], cwd=folder, env=os.environ | settings, stderr=subprocess.PIPE, text=True
    )
    try:
        assert server.stderr is not None
        for line in server.stderr:  # it says when it listens
            if f":{port}/" in line:
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def take_terminal(browser: Browser, demo: Path, folder: Path) -> None:
    """The commands `grade` and `report`, in a copy of the course in which nothing is graded yet."""
    course = copy_course(Course(ROOT), folder, [CLASS_OF])
    for submitted in (path for few in FEW for path in (demo / "submitted").glob(f"{few}/{CLASS_OF}")):
        shutil.copytree(submitted, course.submitted / submitted.parent.name / CLASS_OF)
    console = Console(record=True, width=100, file=io.StringIO(), force_terminal=True)
    for command in ("grade a1", "report a1"):
        console.print(Text.assemble(("$ ", "dim"), (f"autograder {command}", "bold")))
        console.print(Text.from_ansi(f"{run(*command.split(), folder=folder).strip()}\n"))
    svg = re.sub(r"@font-face \{.*?\}", "", console.export_svg(title=""), flags=re.DOTALL)
    page = folder / "terminal.html"
    page.write_text(f'<meta charset="utf-8"><body style="margin: 0">{svg}', encoding="utf-8")
    with opened(browser, page.as_uri(), 1240, 800, scale=1) as shown:
        save("terminal", shown.locator("svg").first.screenshot())


if __name__ == "__main__":
    main()
