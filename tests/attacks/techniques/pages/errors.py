"""Raises exceptions whose classes, texts and sources are markup."""
# %% first
raise type("<script>alert(1)</script>", (Exception,), {"__module__": "<img src=x onerror=alert(1)>"})("<svg onload=alert(1)>")
# %%
exec(compile("raise ValueError('</pre><script>alert(1)</script>')", "<script>alert(2)</script>", "exec"))
