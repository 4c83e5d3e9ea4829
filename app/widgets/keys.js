// The list of keys: opened by its button and by "?" from anywhere on the page, except while something is typed.

const memories = new WeakMap()

function element(name, text) {
  const made = document.createElement(name)
  if (text !== undefined) made.textContent = text
  return made
}

function term(keys) {
  const made = element("dt")
  keys.forEach((key, place) => made.append(...(place ? [" "] : []), element("kbd", key)))
  return made
}

function group({ title, keys }) {
  const made = element("section")
  const list = element("dl")
  for (const [names, does] of keys) list.append(term(names), element("dd", does))
  made.append(element("h3", title), list)
  return made
}

function isTyping(event) {
  const [target] = event.composedPath() // the real one, also inside a component
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)
}

function onKey(event, dialog) {
  if (event.key !== "?" || event.ctrlKey || event.altKey || event.metaKey || isTyping(event)) return
  event.preventDefault()
  dialog.open ? dialog.close() : dialog.showModal()
}

export default function (component) {
  const { data, parentElement } = component
  const dialog = parentElement.querySelector("dialog")
  const drawn = JSON.stringify(data.groups)
  const memory = memories.get(parentElement) ?? { drawn: "" }
  memories.set(parentElement, memory)
  if (memory.drawn !== drawn) parentElement.querySelector(".groups").replaceChildren(...data.groups.map(group))
  memory.drawn = drawn
  parentElement.querySelector(".open").onclick = () => dialog.showModal()
  parentElement.querySelector(".close").onclick = () => dialog.close()
  dialog.onclick = (event) => event.target === dialog && dialog.close() // a click beside it
  document.removeEventListener("keydown", memory.listener)
  memory.listener = (event) => onKey(event, dialog)
  document.addEventListener("keydown", memory.listener)
  return () => document.removeEventListener("keydown", memory.listener)
}
