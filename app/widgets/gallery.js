// The gallery's browser side. It runs again on every change of its data, so it redraws only what changed.

const ICONS = {
  image: "M21 19V5a2 2 0 0 0-2-2H5a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h14a2 2 0 0 0 2-2zM8.5 13.5l2.5 3 3.5-4.5L19 18H5l3.5-4.5z",
  audio: "M12 3v10.55A4 4 0 1 0 14 17V7h4V3h-6z",
  text: "M4 5h16v3h-6.5v12h-3V8H4V5z",
  speaker: "M3 9v6h4l5 5V4L7 9H3zm13.5 3A4.5 4.5 0 0 0 14 8v8a4.5 4.5 0 0 0 2.5-4z",
  stop: "M6 6h12v12H6z",
}

const memories = new WeakMap()

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

function spoken(card) {
  const score = typeof card.score === "number" ? `score ${card.score.toFixed(2)}` : ""
  const wrong = card.predicted && card.predicted !== card.label ? `predicted ${card.predicted}` : ""
  return [card.caption || card.alt || card.sample_id, card.label, wrong, score, card.band].filter(Boolean).join(", ")
}

function picture(card) {
  const frame = element("div", "picture")
  if (isOwn(card.thumb)) {
    const image = element("img")
    image.loading = "lazy"
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
  return frame
}

// The band is told by the dot's filling too (full, half, empty), not by colour alone.
function badge(card) {
  const made = element("div", "badge")
  const dot = element("span", "dot")
  dot.classList.add(card.band === "balanced" || card.band === "semi-balanced" ? card.band : "other")
  dot.style.setProperty("--band", card.colour)
  made.append(dot, element("span", "score", card.score.toFixed(2)), element("span", "band", card.band ?? ""))
  made.title = card.band ? `${card.band}: ${card.score.toFixed(3)}` : card.score.toFixed(3)
  return made
}

function texts(card) {
  const made = element("div", "texts")
  if (typeof card.score === "number") made.append(badge(card))
  else if (isOwn(card.audio)) made.append(element("div", "badge"))
  const isShown = card.kind === "text" && !isOwn(card.thumb)
  if (card.caption !== undefined && !isShown) made.append(element("div", "caption", card.caption))
  const line = element("div", "label", card.label ?? "")
  if (card.predicted && card.predicted !== card.label) line.append(element("span", "wrong", ` → ${card.predicted}`))
  line.title = line.textContent
  made.append(line)
  return made
}

function speaker(card, memory) {
  const button = element("button", "speaker")
  button.type = "button"
  button.tabIndex = -1
  button.append(icon("speaker"))
  button.title = "Play (P)"
  button.setAttribute("aria-label", `Play the sound of ${card.caption || card.sample_id}`)
  button.onclick = () => play(button, card, memory)
  return button
}

function silence(memory) {
  memory.voice.pause()
  if (!memory.playing) return
  memory.playing.classList.remove("playing")
  memory.playing.replaceChildren(icon("speaker"))
  memory.playing = null
}

async function play(button, card, memory) {
  const wasPlaying = memory.playing === button
  silence(memory)
  if (wasPlaying) return
  memory.playing = button
  button.classList.add("playing")
  button.replaceChildren(icon("stop"))
  memory.voice.src = card.audio
  try {
    await memory.voice.play()
  } catch (error) {
    if (error.name === "AbortError") return // another card was started meanwhile
    silence(memory)
    button.classList.add("silent")
    button.title = "This sound cannot be played."
  }
}

function draw(grid, cards, memory) {
  silence(memory)
  memory.picks = cards.map((card, place) => {
    const pick = element("button", "pick")
    pick.type = "button"
    pick.tabIndex = place === 0 ? 0 : -1
    pick.setAttribute("aria-label", spoken(card))
    pick.append(picture(card), texts(card))
    pick.onclick = () => choose(card.sample_id, memory)
    pick.onfocus = () => hold(place, memory)
    return pick
  })
  memory.cards = cards
  grid.replaceChildren(...cards.map((card, place) => {
    const frame = element("div", "card")
    frame.append(memory.picks[place])
    if (isOwn(card.audio)) frame.append(speaker(card, memory))
    return frame
  }))
}

// One card takes part in the page's tab order: the one that had the focus last (a "roving tabindex").
function hold(place, memory) {
  memory.picks.forEach((pick, other) => {
    pick.tabIndex = other === place ? 0 : -1
  })
}

function mark(selected, memory) {
  memory.picks.forEach((pick, place) => {
    const isSelected = memory.cards[place].sample_id === selected
    pick.setAttribute("aria-pressed", String(isSelected))
    pick.parentElement.classList.toggle("selected", isSelected)
    if (isSelected) hold(place, memory)
  })
}

function choose(sampleId, memory) {
  mark(sampleId, memory)
  memory.send("picked", sampleId)
}

function steps(picks) {
  const columns = picks.filter((pick) => pick.parentElement.offsetTop === picks[0].parentElement.offsetTop).length
  return { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, Home: -Infinity, End: Infinity }
}

function onKey(event, memory) {
  const place = memory.picks.indexOf(event.target.closest(".card")?.querySelector(".pick"))
  if (place < 0 || event.ctrlKey || event.altKey || event.metaKey) return
  if (event.key.toLowerCase() === "p") {
    memory.picks[place].parentElement.querySelector(".speaker")?.click()
  } else if (event.key in steps(memory.picks)) {
    const last = memory.picks.length - 1
    const target = Math.min(Math.max(place + steps(memory.picks)[event.key], 0), last)
    memory.picks[target].focus()
  } else {
    return
  }
  event.preventDefault()
  event.stopPropagation() // the page's own shortcuts stay quiet
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const grid = parentElement.querySelector(".gallery")
  const memory = memories.get(parentElement) ?? { picks: [], cards: [], drawn: "", playing: null }
  memories.set(parentElement, memory)
  memory.send = setTriggerValue
  memory.voice = parentElement.querySelector(".voice")
  memory.voice.onended = () => silence(memory)
  grid.onkeydown = (event) => onKey(event, memory)
  grid.setAttribute("aria-label", data.label)
  const wanted = JSON.stringify(data.cards)
  if (wanted !== memory.drawn) draw(grid, data.cards, memory)
  memory.drawn = wanted
  mark(data.selected, memory)
  return () => silence(memory)
}
