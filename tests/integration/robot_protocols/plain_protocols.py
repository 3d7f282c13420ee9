"""Small protocols that need no pipettes: every robot runs them."""

import textwrap


def protocol(*lines: str, level: str = "2.20") -> str:
    body = textwrap.indent("\n".join(lines) or "pass", "    ")
    return f'requirements = {{"robotType": "OT-2", "apiLevel": "{level}"}}\n\n\ndef run(protocol):\n{body}\n'


SHORT = protocol('protocol.comment("step one")', 'protocol.comment("step two")')
LONG = protocol('protocol.comment("begin")', *["protocol.delay(seconds=0.5)"] * 120, 'protocol.comment("end")')
RAISES = protocol('protocol.comment("before")', 'raise RuntimeError("not like this")')
