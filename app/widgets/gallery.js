// The gallery's browser side. It runs again on every change of its data, so it redraws only what changed.

const memories = new WeakMap()
const PATIENCE = 3000 // ms until a page that did not come may be asked for again

function columnsOf(grid) {
  return getComputedStyle(grid).gridTemplateColumns.split(" ").length
}

// Cards lie in rows, as screen readers and the arrow keys need; a new heading begins a new row.
function arrange(grid, memory) {
  const columns = (memory.columns = columnsOf(grid))
  const held = memory.frames.findIndex((frame) => frame === grid.getRootNode().activeElement?.closest(".card"))
  const lines = []
  memory.rows = []
  memory.cards.forEach((card, place) => {
    const isNew = place === 0 || card.group !== memory.cards[place - 1].group
    if (isNew && card.group) lines.push(heading(card.group))
    if (isNew || memory.rows.at(-1).length === columns) {
      lines.push(row())
      memory.rows.push([])
    }
    lines.at(-1).append(memory.frames[place])
    memory.rows.at(-1).push(place)
  })
  grid.replaceChildren(...lines)
  if (held >= 0) memory.picks[held].focus({ preventScroll: true })
}

function row() {
  const made = element("div", "row")
  made.setAttribute("role", "row")
  return made
}

function heading(words) {
  const made = row()
  const cell = element("div", "heading", words)
  cell.setAttribute("role", "rowheader")
  made.append(cell)
  return made
}

function draw(grid, cards, memory, can) {
  silence(memory)
  const held = heldCard(grid, memory)
  memory.cards = cards
  memory.frames = cards.map((card, place) => cardElement(card, place, can))
  memory.picks = memory.frames.map((frame) => frame.querySelector(".pick"))
  arrange(grid, memory)
  if (cards.length) takeFocus(held, memory)
}

const heldCard = (grid, memory) =>
  memory.cards[memory.frames.indexOf(grid.getRootNode().activeElement?.closest(".card"))]?.sample_id

// After a page was turned by key the focus is on its first (or last) card; else it stays where it was.
function takeFocus(held, memory) {
  const place = memory.cards.findIndex((card) => card.sample_id === held)
  if (memory.turning) memory.picks.at(memory.turning > 0 ? 0 : -1).focus()
  else if (held !== undefined) memory.picks.at(Math.max(place, 0)).focus({ preventScroll: true })
  memory.turning = 0
}

// One card takes part in the page's tab order: the one that had the focus last (a "roving tabindex").
function hold(place, memory) {
  memory.picks.forEach((pick, other) => {
    pick.tabIndex = other === place ? 0 : -1
  })
}

function mark(selected, memory) {
  memory.marked = selected
  memory.picks.forEach((pick, place) => {
    const isSelected = memory.cards[place].sample_id === selected
    pick.setAttribute("aria-pressed", String(isSelected))
    memory.frames[place].classList.toggle("selected", isSelected)
    memory.frames[place].classList.toggle("compared", memory.cards[place].sample_id === memory.compared)
    if (isSelected) hold(place, memory)
  })
}

function actions(memory, view, offered) {
  return {
    choose: (id) => choose(id, memory),
    hold: (place) => hold(place, memory),
    play: (button, card) => play(button, card, memory),
    zoom: (card) => zoomCard(view, card),
    compare: offered.compare ? (id) => memory.send("compared", id) : null,
    turn: offered.turn ? (way) => turn(way, memory) : null,
    step: offered.step ? (way) => step(way, memory) : null,
  }
}

// Every choice has a number that the server gives back: its answer to an earlier one must not undo a later one.
function choose(sampleId, memory) {
  memory.serial = Math.max(memory.serial + 1, Date.now())
  mark(sampleId, memory)
  memory.send("picked", { sample_id: sampleId, serial: memory.serial })
}

function step(way, memory) {
  const place = memory.cards.findIndex((card) => card.sample_id === memory.marked)
  const next = memory.cards[place + way]
  if (place < 0 || !next) return memory.send("stepped", way)
  memory.frames[place + way].scrollIntoView({ block: "nearest" })
  if (memory.frames.some((frame) => frame.contains(frame.getRootNode().activeElement))) memory.picks[place + way].focus()
  choose(next.sample_id, memory)
}

function turn(way, memory) {
  if (!memory.turns.includes(way) || Date.now() - memory.turnedAt < PATIENCE) return
  memory.turning = way
  memory.turnedAt = Date.now()
  memory.send("turned", way)
}

// The next page's pictures are in the browser's cache before it is asked for.
function prefetch(addresses, memory) {
  const wanted = addresses.filter(isOwn)
  if (wanted.join() === memory.fetched.map((image) => image.getAttribute("src")).join()) return
  memory.fetched = wanted.map((address) => Object.assign(new Image(), { fetchPriority: "low", src: address }))
}

// Says once that the pictures in sight are there, or cannot be had.
async function tell(memory) {
  memory.isTold = true
  const images = memory.frames.flatMap((frame) => [...frame.querySelectorAll("img")])
  const inSight = images.filter((image) => image.getBoundingClientRect().top < innerHeight)
  await Promise.race([Promise.allSettled(inSight.map((image) => image.decode())), sleep(PATIENCE)])
  memory.send("shown", true)
}

const sleep = (time) => new Promise((done) => setTimeout(done, time))

function listen(grid, view, memory, can) {
  grid.onkeydown = (event) => onKey(event, memory, can)
  prepareZoom(view)
  memory.stop()
  const onDocumentKey = (event) => onPageKey(event, memory, can)
  const resized = new ResizeObserver(() => columnsOf(grid) !== memory.columns && arrange(grid, memory))
  document.addEventListener("keydown", onDocumentKey)
  resized.observe(grid)
  const unhear = stopForOthers(memory.voice, () => silence(memory))
  memory.stop = () => {
    unhear()
    document.removeEventListener("keydown", onDocumentKey)
    resized.disconnect()
  }
}

function fresh() {
  return { picks: [], cards: [], frames: [], rows: [], fetched: [], drawn: "", playing: null, serial: 0, turning: 0,
    turnedAt: 0, page: null, isTold: false, stop: () => {} }
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const grid = parentElement.querySelector(".gallery")
  const view = parentElement.querySelector(".zoomed")
  const memory = memories.get(parentElement) ?? fresh()
  memories.set(parentElement, memory)
  memory.send = setTriggerValue
  memory.voice = parentElement.querySelector(".voice")
  memory.voice.onended = () => silence(memory)
  memory.turns = data.turns
  memory.compared = data.compared
  const can = actions(memory, view, data.offered)
  listen(grid, view, memory, can)
  grid.setAttribute("aria-label", data.label)
  const wanted = JSON.stringify([data.cards, data.offered])
  if (wanted !== memory.drawn) {
    memory.drawn = wanted
    memory.turnedAt = 0
    draw(grid, data.cards, memory, can)
    if (memory.page !== null && memory.page !== data.page && grid.getBoundingClientRect().top < 0) grid.scrollIntoView()
    memory.page = data.page
  }
  mark(data.seen < memory.serial ? memory.marked : data.selected, memory)
  prefetch(data.prefetch, memory)
  if (data.offered.shown && !memory.isTold) tell(memory)
  return () => {
    silence(memory)
    memory.stop()
  }
}
