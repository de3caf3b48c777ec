"""
Open a page in a real browser and write down what the browser said of it.

Chromium, Chrome and Edge are driven by playwright, Firefox by WebDriver BiDi. Nothing is downloaded: the browser is the one
that is installed. This room knows no policy and no vendor; `csplint.engine.browser_comparison` sets what was seen beside
what the engine says.
"""
