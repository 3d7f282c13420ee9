"""A model card as one HTML page that needs nothing else."""

import html

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { border-bottom: 1px solid #ccc; padding: 0.25rem 0.75rem; text-align: left; }
td + td, th + th { text-align: right; font-variant-numeric: tabular-nums; }
code { background: #f3f3f3; overflow-wrap: anywhere; }
figure { margin: 1rem 0; }
figure svg { max-width: 30rem; height: auto; }
"""


def card_page(markdown: str, figure: str = "") -> str:
    """Return a card as an HTML page.

    Args:
        markdown: The card; its first line is the title. Raw HTML in it is shown as text, so that a column's name cannot
            become a script.
        figure: A drawing, SVG, set below the title; empty for none.
    """
    from markdown_it import MarkdownIt

    title = markdown.splitlines()[0].lstrip("# ")
    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    drawn = f"<figure>{figure}</figure>\n" if figure else ""
    head, end, rest = body.partition("</h1>\n")
    content = head + end + drawn + rest if end else drawn + body
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{html.escape(title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{content}</body>\n</html>\n"
    )
