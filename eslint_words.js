// A rule of ESLint: what people read comes from the catalogues. Knows where this project's scripts show words.
//
// Found are sentences anywhere, and single words where they are certainly shown: as children of `el`, as a label, as a
// text of the page. Not meant are selectors, classes, and what only a programmer reads: errors and the console.

const SENTENCE = /[A-Za-z]{2,}(?:[,:;]? |-)[a-z]{2,}[,:;]? (?:[a-z]+\b|§)/;
const WORD = /[A-Za-z]{2,}/;
const SHOWN_PROPERTIES = new Set(["title", "aria-label", "placeholder", "alt"]);
const SHOWN_MEMBERS = new Set(["textContent", "innerText", "title", "placeholder"]);
/** By function, from which argument on texts are shown. */
const SHOWING = new Map([
  ["el", 2],
  ["icon", 1],
  ["setText", 1],
  ["complain", 1],
  ["say", 0],
  ["speak", 0],
  ["confirm", 0],
]);
/** What they are given goes to the console. */
const LOGGING = new Set(["startOver"]);
const SELECTING = new Set(["find", "findAll", "maybeFind", "closest", "matches", "querySelector", "querySelectorAll", "matchMedia"]);

export const wordsOutsideCatalogue = {
  meta: { type: "problem", schema: [], messages: { outside: "{{said}} is for people: put it into the catalogues and ask for it with t()" } },
  create(context) {
    const report = (node) => context.report({ node, messageId: "outside", data: { said: JSON.stringify(textOf(node)) } });
    return {
      "Literal, TemplateLiteral"(node) {
        const said = textOf(node);
        if (said === null || isForProgrammers(node)) return;
        if (isShown(node) ? WORD.test(said.replaceAll("§", "")) : SENTENCE.test(said)) report(node);
      },
    };
  },
};

/** The text of a literal, `§` for what a template fills in; null where it is none. */
function textOf(node) {
  if (node.type === "TemplateLiteral") return node.quasis.map(({ value }) => value.cooked).join("§");
  return typeof node.value === "string" ? node.value : null;
}

/** Whether a literal is shown where it stands; through `a ? b : c`, `a && b` and `a ?? b`. */
function isShown(node) {
  const { parent } = node;
  switch (parent.type) {
    case "ConditionalExpression":
      return node !== parent.test && isShown(parent);
    case "LogicalExpression":
      return isShown(parent);
    case "CallExpression":
      return parent.arguments.includes(node) && parent.arguments.indexOf(node) >= (SHOWING.get(calledBy(parent)) ?? Infinity);
    case "Property":
      return parent.value === node && SHOWN_PROPERTIES.has(parent.key.value ?? parent.key.name) && isOfElement(parent);
    case "AssignmentExpression":
      return parent.right === node && SHOWN_MEMBERS.has(parent.left.property?.name);
    default:
      return false;
  }
}

/** Whether a property is one of those that `el` is given. */
function isOfElement(property) {
  const call = property.parent.parent;
  return call.type === "CallExpression" && calledBy(call) === "el";
}

function isForProgrammers(node) {
  const { parent } = node;
  if (["ImportDeclaration", "ExportNamedDeclaration", "ExportAllDeclaration", "ImportExpression", "TemplateLiteral"].includes(parent.type)) return true;
  if (parent.type === "NewExpression") return ["Error", "TypeError", "RangeError", "URL"].includes(parent.callee.name);
  if (parent.type === "Property") return parent.value === node && (parent.key.value ?? parent.key.name) === "class";
  if (parent.type === "AssignmentExpression") return parent.left.property?.name === "className";
  if (parent.type === "VariableDeclarator") return /^(WRITTEN_IN|[A-Z_]*SELECTOR)$/.test(parent.id.name);
  if (parent.type !== "CallExpression") return false;
  return SELECTING.has(calledBy(parent)) || LOGGING.has(calledBy(parent)) || parent.callee.object?.name === "console";
}

/** The name of the function or method that is called. */
const calledBy = ({ callee }) => callee.name ?? callee.property?.name ?? "";
