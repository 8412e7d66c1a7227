"""Writes markup into the sources of its cells, behind the ends of tags, comments and scripts."""
# %% first
x = "</script><script>alert(1)</script>"  # </pre></div><img src=x onerror=alert(1)> --><!-- ]]>
"</textarea><svg onload=alert(1)>"
# %% answer=relative_error
def relative_error(a, b, eps=1e-8):
    raise ValueError  # `<img src=x onerror=alert(1)>` </code><script>alert(1)</script>
