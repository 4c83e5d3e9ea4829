// What the keys do; the list of them for readers stands in keys.py.

const EDITORS = "input, textarea, select, [contenteditable=true], [role=combobox], [role=listbox], [role=menu], dialog"

const isPlain = (event) => !(event.ctrlKey || event.altKey || event.metaKey)

// The place that an arrow leads to, within the rows as they lie on the screen; beyond an end, the page may turn.
function target(key, place, rows) {
  const row = rows.findIndex((places) => places.includes(place))
  const column = rows[row].indexOf(place)
  const last = rows.at(-1).at(-1)
  const above = rows[row - 1], below = rows[row + 1]
  return {
    ArrowRight: place + 1,
    ArrowLeft: place - 1,
    ArrowDown: below ? below[Math.min(column, below.length - 1)] : place,
    ArrowUp: above ? above[Math.min(column, above.length - 1)] : place,
    Home: 0,
    End: last,
    PageDown: last + 1,
    PageUp: -1,
  }[key]
}

function move(place, memory, can) {
  const last = memory.picks.length - 1
  if (place > last) can.turn?.(1)
  else if (place < 0) can.turn?.(-1)
  memory.picks[Math.min(Math.max(place, 0), last)].focus()
}

// Keys while a card has the focus.
function onKey(event, memory, can) {
  const frame = event.target.closest(".card")
  const place = memory.picks.indexOf(frame?.querySelector(".pick"))
  if (place < 0 || !isPlain(event)) return
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  const aim = target(key, place, memory.rows)
  const card = memory.cards[place]
  if (aim !== undefined) move(aim, memory, can)
  else if (key === "p" || (key === " " && frame.querySelector(".speaker"))) frame.querySelector(".speaker")?.click()
  else if (key === "c" && can.compare) can.compare(card.sample_id)
  else if (key === "z") frame.querySelector(".zoom")?.click()
  else return
  event.preventDefault()
  event.stopPropagation() // the page's own shortcuts stay quiet
}

// Keys anywhere on the page, unless something is being typed.
function onPageKey(event, memory, can) {
  const start = event.composedPath()[0]
  if (!isPlain(event) || event.defaultPrevented || start.closest?.(EDITORS)) return
  const step = { j: 1, k: -1 }[event.key.toLowerCase()]
  if (step && can.step) {
    can.step(step)
  } else if (event.key === "/" && can.step) {
    document.querySelector(".st-key-filter_text input")?.focus()
  } else {
    return
  }
  event.preventDefault()
}
