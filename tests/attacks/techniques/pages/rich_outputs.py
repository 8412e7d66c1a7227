"""Displays HTML, SVG, JavaScript, LaTeX, markdown, widgets and unknown types, by functions and by methods of objects."""
# %% first
from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>"
display(HTML(EVIL), Javascript("alert(1)"), Markdown(EVIL), Latex("$\\href{javascript:alert(1)}{x}$"))
display(SVG(data="<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"))


class Rich:
    _repr_html_ = _repr_svg_ = _repr_javascript_ = _repr_latex_ = _repr_markdown_ = __repr__ = lambda self: EVIL
    _repr_mimebundle_ = lambda self, **kwargs: {"text/html": EVIL, "application/javascript": "alert(1)", "text/plain": EVIL}


display(Rich())
Rich()
