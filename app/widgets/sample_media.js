// One sample's pictures, frames, video, numbers and texts side by side. Whatever a data set holds is text here, never
// HTML. `element`, `isOwn` and the zoom come from the gallery's files, which are read before this one.

const mediaMemories = new WeakMap()
const IN_STRIP = 12 // frames shown small; the slider reaches all

const number = (value) =>
  value !== 0 && (Math.abs(value) < 0.001 || Math.abs(value) >= 1e6)
    ? value.toExponential(2)
    : Number(value.toPrecision(4)).toLocaleString("en", { maximumFractionDigits: 6 }).replace("-", "−")

function image(address, words, className) {
  const made = element("img", className)
  made.alt = words
  made.decoding = "async"
  made.onerror = () => made.replaceWith(element("span", "gone", "This picture cannot be shown."))
  if (isOwn(address)) made.src = address
  return made
}

function zoomable(item, address, large) {
  const link = element("a", "zoomable")
  link.href = isOwn(large) ? large : ""
  link.target = "_blank"
  link.rel = "noopener"
  link.dataset.zoom = item.words
  link.title = "Zoom"
  link.append(image(address, item.words))
  return link
}

// The server's numbers on an item; a sentence in their place if there are none.
async function measured(item, note, use) {
  try {
    const answer = await fetch(item.facts)
    if (!answer.ok) note.textContent = await answer.text()
    else use(await answer.json())
  } catch {
    note.textContent = "The server does not answer."
  }
}

function drawPicture(item) {
  return [zoomable(item, item.thumb, item.large)]
}

function drawText(item) {
  const made = element("blockquote", "text", item.text)
  made.tabIndex = 0 // so that a long text scrolls by keyboard
  made.setAttribute("aria-label", item.words)
  if (!item.text) made.textContent = "No text."
  return [made]
}

function drawVideo(item) {
  const made = element("video", "video")
  made.controls = true
  made.preload = "metadata"
  made.playsInline = true
  made.setAttribute("aria-label", item.words)
  const note = element("p", "note")
  note.setAttribute("role", "status")
  made.onplay = () => sayThatItPlays(made)
  made.onerror = () => (note.textContent = "The browser cannot play this video.")
  made.onloadedmetadata = () => (note.textContent = `${made.videoWidth} × ${made.videoHeight}, ${number(made.duration)} s`)
  if (isOwn(item.media)) made.src = item.media
  return [made, note]
}

function drawDepth(item) {
  const note = element("p", "note")
  const bar = element("div", "bar")
  bar.style.background = `linear-gradient(to right, ${item.colours.join(", ")})`
  bar.setAttribute("aria-hidden", "true")
  const legend = element("div", "legend")
  legend.append(element("span", "near", "near"), bar, element("span", "far", "far"))
  measured(item, note, (facts) => {
    legend.firstChild.textContent = `near ${number(facts.lowest)}`
    legend.lastChild.textContent = `far ${number(facts.highest)}`
    note.textContent = "Values as in the file."
  })
  return [zoomable(item, item.thumb, item.large), legend, note]
}

function drawFrames(item) {
  const note = element("p", "note")
  const shown = zoomable(item, item.thumb, item.large)
  const slider = element("input", "slider")
  slider.type = "range"
  slider.disabled = true
  slider.setAttribute("aria-label", `Frame of ${item.words}`)
  const strip = element("div", "strip")
  measured(item, note, ({ count }) => {
    const show = (index) => showFrame(item, { shown, slider, strip, note, count }, index)
    slider.max = count - 1
    slider.disabled = count < 2
    slider.oninput = () => show(Number(slider.value))
    strip.append(...smallFrames(item, count, show))
    show(Math.floor(count / 2))
  })
  return [shown, slider, strip, note]
}

function smallFrames(item, count, show) {
  const few = Math.min(count, IN_STRIP)
  const chosen = Array.from({ length: few }, (_, place) => Math.floor(((place + 0.5) * count) / few))
  return chosen.map((index) => {
    const made = element("button", "frame")
    made.type = "button"
    made.dataset.index = index
    made.append(image(`${item.thumb.replace(/side=\d+/, "side=96")}&index=${index}`, ""))
    made.setAttribute("aria-label", `Frame ${index + 1} of ${count}`)
    made.onclick = made.onfocus = made.onpointerenter = () => show(index)
    return made
  })
}

function showFrame(item, view, index) {
  const { shown, slider, strip, note, count } = view
  const words = `${item.words}, frame ${index + 1} of ${count}`
  const picture = shown.querySelector("img")
  if (picture) {
    picture.src = `${item.thumb}&index=${index}`
    picture.alt = words
  }
  shown.href = `${item.large}&index=${index}`
  shown.dataset.zoom = words
  slider.value = index
  slider.setAttribute("aria-valuetext", `frame ${index + 1} of ${count}`)
  const few = strip.children.length
  note.textContent = `Frame ${index + 1} of ${count}` + (few < count ? `; ${few} of them in the strip` : "")
  const nearest = Math.min(Math.floor((index * few) / count), few - 1)
  ;[...strip.children].forEach((small, place) => small.classList.toggle("current", place === nearest))
}

// Numbers drawn by the server, with their ends written beside the picture.
function drawNumbers(item, ends) {
  const note = element("p", "note")
  const plot = element("div", "plot")
  const [top, bottom, end] = ["top", "bottom", "end"].map((name) => element("span", name))
  plot.append(top, bottom, image(item.thumb, item.words), end)
  measured(item, note, (facts) => {
    const said = ends(facts)
    top.textContent = number(said.top)
    bottom.textContent = number(said.bottom)
    end.textContent = said.end
    note.textContent = said.note
  })
  return [plot, note]
}

function drawSeries(item) {
  return drawNumbers(item, ({ channels, shown, steps, lowest, highest }) => ({
    top: highest,
    bottom: lowest,
    end: `steps 0 … ${number(steps - 1)}`,
    note: channels === 1 ? "" : shown < channels ? `${shown} of ${channels} channels shown` : `${channels} channels`,
  }))
}

function drawFeatures(item) {
  return drawNumbers(item, ({ length, lowest, highest }) => ({
    top: Math.max(highest, 0),
    bottom: Math.min(lowest, 0),
    end: "",
    note: `${number(length)} numbers from ${number(lowest)} to ${number(highest)}`,
  }))
}

const DRAWN = {
  image: drawPicture,
  frames: drawFrames,
  video: drawVideo,
  depth: drawDepth,
  series: drawSeries,
  features: drawFeatures,
  text: drawText,
}

function drawItem(item) {
  const made = element("figure", `item of-${item.kind}`)
  const title = element("figcaption", "title")
  const dot = element("span", "dot")
  dot.style.background = item.colour
  title.append(dot, element("span", "", item.name))
  made.append(title, ...DRAWN[item.kind](item))
  return made
}

function clear(memory) {
  for (const stop of memory.stops) stop()
  memory.stops = []
}

export default function (component) {
  const { data, parentElement } = component
  const [view, zoomed] = [parentElement.querySelector(".media"), parentElement.querySelector(".zoomed")]
  const memory = mediaMemories.get(parentElement) ?? { drawn: "", stops: [] }
  mediaMemories.set(parentElement, memory)
  prepareZoom(zoomed)
  view.onclick = (event) => onLink(event, zoomed)
  view.onkeydown = (event) => void (event.target.matches("input, video, blockquote") && keepOwnKeys(event))
  const wanted = JSON.stringify(data.items)
  if (wanted !== memory.drawn) {
    memory.drawn = wanted
    view.replaceChildren(...data.items.map(drawItem))
  }
  clear(memory)
  memory.stops = [...view.querySelectorAll("video")].map((video) => stopForOthers(video, () => video.pause()))
  return () => clear(memory)
}
