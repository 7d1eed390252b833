// Draws what the list of a page says: a node for each of its things, a line for each tie.
import cytoscape from "cytoscape";

const SHAPES = {
  Passage: "round-rectangle",
  Theme: "hexagon",
  PeopleGroup: "triangle",
  District: "diamond",
  Municipality: "diamond",
  Facility: "pentagon",
  FacilityType: "pentagon",
  Programme: "star",
  Plan: "star",
};
const LINES = { interpreted: "dashed", inferred: "dotted" };
/** Lines up to which each has its words; where there are more, those of the chosen thing have. */
const MOST_TOLD = 16;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

function read(listed) {
  const nodes = [], edges = [];
  for (const element of listed) {
    const { node, kind, from, among } = element.dataset;
    const link = element.firstElementChild;
    const { name = link.textContent, address = link.getAttribute("href") } = element.dataset;
    const centre = from || among ? 0 : 1;
    nodes.push({ data: { id: node, name, address, shape: SHAPES[kind] ?? "ellipse", centre } });
    for (const { dataset } of element.querySelectorAll("[data-tie]")) {
      const [source, target] = dataset.target
        ? [node, dataset.target]
        : dataset.forward ? [from, node] : [node, from];
      edges.push({ data: { source, target, label: dataset.tie, line: LINES[dataset.ground] ?? "solid" } });
    }
  }
  return { nodes, edges };
}

function style(place) {
  const css = getComputedStyle(place);
  const colour = (name) => css.getPropertyValue(name).trim();
  const font = css.fontFamily;
  return [
    {
      selector: "node",
      style: {
        label: "data(name)",
        shape: "data(shape)",
        width: 18,
        height: 18,
        "background-color": colour("--accent"),
        color: colour("--ink"),
        "font-family": font,
        "font-size": 13,
        "text-valign": "bottom",
        "text-margin-y": 4,
        "text-wrap": "wrap",
        "text-max-width": 110,
        "text-background-color": colour("--paper"),
        "text-background-opacity": 0.8,
      },
    },
    { selector: "node[?centre]", style: { width: 34, height: 34, "font-size": 15, "font-weight": "bold", "text-valign": "top", "text-margin-y": -4, "z-index": 10 } },
    { selector: "node:selected", style: { "border-width": 5, "border-color": colour("--warning") } },
    {
      selector: "edge",
      style: {
        width: 1.5,
        "line-style": "data(line)",
        "line-color": colour("--line"),
        "target-arrow-color": colour("--line"),
        "target-arrow-shape": "triangle",
        "curve-style": "bezier",
        color: colour("--ink-quiet"),
        "font-family": font,
        "font-size": 9,
        "text-rotation": "autorotate",
        "text-background-color": colour("--paper"),
        "text-background-opacity": 0.8,
      },
    },
    { selector: "edge.told", style: { label: "data(label)", width: 2.5, "line-color": colour("--ink-quiet") } },
  ];
}

/** Puts the picture of the listed things into a place, which has buttons, a canvas and a line that tells. */
export function draw(place, listed) {
  const canvas = place.querySelector("[data-canvas]");
  const told = place.querySelector("[data-told]");
  const picture = cytoscape({ container: canvas, elements: read(listed), style: style(place), maxZoom: 3, minZoom: 0.2 });
  /** Words keep a readable size, however small the whole picture has become to fit. */
  const legible = () => {
    const size = Math.min(22, Math.max(12, 11 / picture.zoom()));
    picture.nodes().style("font-size", (node) => (node.data("centre") ? size * 1.2 : size));
    picture.edges().style("font-size", size * 0.75);
    picture.fit(undefined, 16);
  };
  const arrange = () =>
    picture
      .layout({
        name: "cose",
        animate: still.matches ? false : "end",
        animationDuration: 600,
        nodeDimensionsIncludeLabels: true,
        nodeOverlap: 20,
        nodeRepulsion: 40000,
        idealEdgeLength: (edge) => 80 * edge.parallelEdges().length,
        numIter: 2000,
        padding: 24,
        stop: legible,
      })
      .run();
  const zoom = (factor) =>
    picture.zoom({ level: picture.zoom() * factor, renderedPosition: { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 } });
  const actions = { larger: () => zoom(1.25), smaller: () => zoom(0.8), whole: () => picture.fit(undefined, 24), anew: arrange };
  for (const button of place.querySelectorAll("button[data-do]"))
    button.addEventListener("click", actions[button.dataset.do]);

  const few = picture.edges().length <= MOST_TOLD;
  picture.edges().toggleClass("told", few);
  const order = picture.nodes();
  let at = -1;
  function choose(index) {
    at = (index + order.length) % order.length;
    order.unselect();
    order[at].select();
    if (!still.matches) picture.animate({ center: { eles: order[at] }, duration: 150 });
    else picture.center(order[at]);
  }
  picture.on("select", "node", ({ target }) => {
    at = order.indexOf(target);
    const ties = target.connectedEdges();
    if (!few) {
      picture.edges().removeClass("told");
      ties.addClass("told");
    }
    told.textContent = told.dataset.told.replace("{name}", target.data("name")).replace("{ties}", ties.length);
  });
  const open = (node) => node.data("address") && location.assign(node.data("address"));
  picture.on("dbltap", "node", ({ target }) => open(target));
  canvas.addEventListener("keydown", (event) => {
    const keys = {
      ArrowRight: () => choose(at + 1),
      ArrowDown: () => choose(at + 1),
      ArrowLeft: () => choose(at - 1),
      ArrowUp: () => choose(at - 1),
      Home: () => choose(0),
      Enter: () => at >= 0 && open(order[at]),
      "+": actions.larger,
      "-": actions.smaller,
    };
    if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  dark.addEventListener("change", () => picture.style(style(place)));
  place.dataset.nodes = picture.nodes().length;
  place.dataset.edges = picture.edges().length;
  arrange();
  canvas.focus();
}
