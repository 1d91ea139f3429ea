"""`{% part %}`: a component whose words are written where it stands."""

from django import template
from django.template import Context, Engine, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.utils.safestring import SafeString

register = template.Library()


class PartNode(Node):
    """One component of templates/components, drawn apart from the page around it."""

    def __init__(
        self, name: str, values: dict[str, FilterExpression], bodies: dict[str, NodeList]
    ) -> None:
        self.template_name = f"components/{name}.html"
        self.values = values
        self.bodies = bodies

    def render(self, context: Context) -> SafeString:
        drawn = {name: value.resolve(context) for name, value in self.values.items()}
        for slot, nodes in self.bodies.items():
            drawn[slot] = SafeString(nodes.render(context).strip())
        component = Engine.get_default().get_template(self.template_name)
        return component.render(context.new(drawn))


@register.tag
def part(parser: Parser, token: Token) -> PartNode:
    """Draw a component by its name, with values and with words of this page.

    `{% part "page_head" %}Two are open{% slot "lead" %}Somebody looks at each.{% endpart %}`: what
    comes first is the component's `body`, each slot is named. It sees what it is given, no more;
    the words see the page. An empty slot is nothing.
    """
    bits = token.split_contents()[1:]
    if not bits:
        raise TemplateSyntaxError("part needs the name of a component, in quotes")
    name, rest = _literal(bits[0]), bits[1:]
    values = token_kwargs(rest, parser)
    if rest:
        raise TemplateSyntaxError(f"part {name}: {rest[0]} is no name=value")
    return PartNode(name, values, _bodies(parser))


def _bodies(parser: Parser) -> dict[str, NodeList]:
    bodies: dict[str, NodeList] = {}
    slot = "body"
    while True:
        bodies[slot] = parser.parse(("slot", "endpart"))
        found = parser.next_token().split_contents()
        if found[0] == "endpart":
            return bodies
        slot = _literal(found[1]) if len(found) == 2 else ""
        if not slot or slot in bodies:
            raise TemplateSyntaxError("slot needs a name of its own, in quotes")


def _literal(bit: str) -> str:
    name = bit[1:-1]
    if bit != f'"{name}"' or not name.isidentifier():
        raise TemplateSyntaxError(f"{bit} must be a name in double quotes")
    return name
