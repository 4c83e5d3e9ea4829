// The gallery's cards as elements. Whatever a data set holds is text here, never HTML.

const ICONS = {
  image: "M21 19V5a2 2 0 0 0-2-2H5a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h14a2 2 0 0 0 2-2zM8.5 13.5l2.5 3 3.5-4.5L19 18H5l3.5-4.5z",
  audio: "M12 3v10.55A4 4 0 1 0 14 17V7h4V3h-6z",
  video: "M3 6h12v12H3zM16 10l5-3v10l-5-3z",
  text: "M4 5h16v3h-6.5v12h-3V8H4V5z",
  speaker: "M3 9v6h4l5 5V4L7 9H3zm13.5 3A4.5 4.5 0 0 0 14 8v8a4.5 4.5 0 0 0 2.5-4z",
  stop: "M6 6h12v12H6z",
  compare: "M9 14H2v2h7v3l4-4-4-4v3zm6-1v-3h7V8h-7V5l-4 4 4 4z",
  zoom: "M15.5 14h-.8l-.3-.3a6.5 6.5 0 1 0-.7.7l.3.3v.8l5 5 1.5-1.5-5-5zm-6 0a4.5 4.5 0 1 1 0-9 4.5 4.5 0 0 1 0 9zm.5-7H9v2H7v1h2v2h1v-2h2V9h-2V7z",
}

function element(name, className, text) {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

function icon(name, className) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  svg.setAttribute("viewBox", "0 0 24 24")
  svg.setAttribute("aria-hidden", "true")
  if (className) svg.setAttribute("class", className)
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path")
  path.setAttribute("d", ICONS[name] ?? ICONS.image)
  svg.append(path)
  return svg
}

// Only this app's own media are ever loaded, whatever a data set holds.
const isOwn = (address) => typeof address === "string" && address.startsWith("/api/")
const isWrong = (card) => Boolean(card.predicted) && card.predicted !== card.label
const nameOf = (card) => card.caption || card.alt || card.sample_id

function spoken(card) {
  const value = card.value ? `${card.measure} ${card.value}` : ""
  const wrong = isWrong(card) ? `predicted ${card.predicted}` : ""
  return [nameOf(card), card.label, wrong, value, card.band].filter(Boolean).join(", ")
}

function picture(card) {
  const frame = element("div", "picture")
  if (isOwn(card.thumb)) {
    const image = element("img")
    image.decoding = "async"
    image.alt = card.alt ?? card.caption ?? ""
    image.onerror = () => image.replaceWith(icon(card.kind ?? "image", "icon"))
    image.src = card.thumb
    frame.append(image)
  } else if (card.kind === "text" && card.caption) {
    frame.append(element("div", "words", card.caption))
  } else {
    frame.append(icon(card.kind ?? "image", "icon"))
  }
  if (card.band) frame.append(band(card))
  return frame
}

// The band is told by its name and by the dot's filling (full, half, empty), not by colour alone.
function band(card) {
  const made = element("span", "band")
  const dot = element("span", "dot")
  dot.classList.add(card.band === "balanced" || card.band === "semi-balanced" ? card.band : "other")
  made.style.setProperty("--band", card.colour)
  made.append(dot, element("span", "", card.band))
  return made
}

function texts(card) {
  const made = element("div", "texts")
  const number = element("div", "number")
  if (card.value) number.append(element("span", "value", card.value), element("span", "measure", card.measure))
  number.title = card.value ? `${card.measure} ${card.value}` : ""
  if (card.value || isOwn(card.audio)) made.append(number)
  const isShown = card.kind === "text" && !isOwn(card.thumb)
  if (card.caption !== undefined && !isShown) made.append(element("div", "caption", card.caption))
  const line = element("div", "label", card.label ?? "")
  if (isWrong(card)) line.append(element("span", "wrong", ` → ${card.predicted}`))
  line.title = line.textContent
  made.append(line)
  return made
}

// A button for the mouse; keys reach the same from the card, so it takes no part in the tab order.
function tool(name, title, label, act) {
  const button = element("button", `tool ${name}`)
  button.type = "button"
  button.tabIndex = -1
  button.append(icon(name))
  button.title = title
  button.setAttribute("aria-label", label)
  button.onclick = () => act(button)
  return button
}

// What a card can do is handed in as functions: choose, hold, play, compare, zoom; one that is null is not offered.
function cardElement(card, place, can) {
  const frame = element("div", "card")
  frame.setAttribute("role", "gridcell")
  frame.dataset.sample = card.sample_id
  const pick = element("button", "pick")
  pick.type = "button"
  pick.tabIndex = place === 0 ? 0 : -1
  pick.setAttribute("aria-label", spoken(card))
  pick.append(picture(card), texts(card))
  pick.onclick = () => can.choose(card.sample_id)
  pick.onfocus = () => can.hold(place)
  frame.append(pick, tools(card, can))
  if (isOwn(card.audio)) {
    frame.append(tool("speaker", "Play (P)", `Play the sound of ${nameOf(card)}`, (button) => can.play(button, card)))
  }
  return frame
}

function tools(card, can) {
  const made = element("div", "tools")
  const compare = () => can.compare(card.sample_id)
  if (can.compare) {
    made.append(tool("compare", "Compare with the chosen sample (C)", `Compare with ${nameOf(card)}`, compare))
  }
  if (isOwn(card.large) || card.kind === "text") {
    made.append(tool("zoom", "Zoom (Z)", `Zoom ${nameOf(card)}`, () => can.zoom(card)))
  }
  return made
}
