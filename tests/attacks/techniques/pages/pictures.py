"""Refers to pictures on other machines, on this one, and in attachments, to learn who looks or to be shown a file."""
# %% markdown
![a](https://evil.example/p.png) ![b](//evil.example/p.png) ![c](/etc/passwd) ![d](../../../gradebook.db)
![e](file:///etc/passwd) ![f](data:image/svg+xml,<svg/onload=alert(1)>) ![g](attachment:x.svg) ![h](x.svg)
![i](..\..\x.png) ![j](%2e%2e/%2e%2e/secret.txt) ![k](\\evil.example\x.png)
# %% submit
import json

notebook["cells"][-1]["attachments"] = {"x.svg": {"image/svg+xml": "PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+"}}
path.write_text(json.dumps(notebook))
(folder / "x.svg").write_text("<svg onload='alert(1)'/>")
