"""How Sphinx makes the site of these pages: scripts/docs calls it once for each language."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

project = "Orangery"
copyright = "the Orangery contributors, Apache-2.0"  # noqa: A001 - Sphinx's name for it
extensions = ["myst_parser", "scripts.site_pages"]
exclude_patterns = [
    "zh",
    "README.md",
    "_templates",
    "_static",
]  # zh: a site of its own, below this one
nitpicky = True

myst_heading_anchors = 4
myst_url_schemes = {
    "http": None,
    "https": None,
    "site": "{{path}}",
    "part": "{{path}}#{{fragment}}",
}

html_theme = "furo"
html_title = "Orangery"
html_logo = "../resources/desktop/orangery.svg"
html_favicon = "../resources/desktop/orangery.svg"
html_copy_source = False
html_show_sphinx = False
html_show_search_summary = False  # it would be fetched, which a browser forbids on the disk
html_static_path = ["_static"]
html_search_scorer = str(ROOT / "docs" / "_static" / "scorer.js")
html_css_files = ["site.css"]
templates_path = ["_templates"]
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "languages.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
html_theme_options = {  # the colours of desktop/theme.py
    "light_css_variables": {
        "color-brand-primary": "#B4460B",
        "color-brand-content": "#B4460B",
        "color-brand-visited": "#8A5300",
    },
    "dark_css_variables": {
        "color-brand-primary": "#FF9A5C",
        "color-brand-content": "#FF9A5C",
        "color-brand-visited": "#F2B84B",
    },
}
