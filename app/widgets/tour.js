// The tour's browser side: shows one step, keeps a frame around the element meant, and tells which way to go.

const ROOM = 6 // px between the element and its frame
const TOP = 72 // px from the top of the window to the element, below Streamlit's header
const SIGNS = ["wheel", "touchmove", "pointerdown"] // of a reader who goes his own way
const memories = new WeakMap()

function place(frame, box) {
  const wanted = box && box.width > 0 && box.height > 0
  frame.style.visibility = wanted ? "visible" : "hidden"
  if (!wanted) return
  frame.style.left = `${box.left - ROOM}px`
  frame.style.top = `${box.top - ROOM}px`
  frame.style.width = `${box.width + 2 * ROOM}px`
  frame.style.height = `${box.height + 2 * ROOM}px`
}

const isVisible = (element) => element.getClientRects().length > 0

// A page grows while it is drawn and its charts load, so the element is kept in its place until it has stood still for
// a second, or until the reader scrolls.
function settle(box, memory) {
  if (memory.isSettled) return
  const scroller = document.querySelector('[data-testid="stMain"]')
  const before = scroller.scrollTop
  scroller.scrollTop += box.top - TOP
  const moved = Math.abs(scroller.scrollTop - before) > 1
  const isDrawn = document.querySelector('[data-test-script-state="notRunning"]') !== null
  if (moved || !isDrawn || !memory.since) memory.since = performance.now()
  memory.isSettled = performance.now() - memory.since > 1000
}

// The element may come late, move and be replaced while the page is drawn, so it is looked for again in every frame.
function follow(view, memory) {
  cancelAnimationFrame(memory.frame)
  const step = () => {
    const found = memory.target ? [...document.querySelectorAll(memory.target)].find(isVisible) : undefined
    if (found) settle(found.getBoundingClientRect(), memory)
    place(view.frame, found?.getBoundingClientRect())
    memory.frame = requestAnimationFrame(step)
  }
  step()
}

function write(view, data) {
  view.progress.textContent = `Guided tour · ${data.number} of ${data.count}`
  view.title.textContent = data.title
  view.text.textContent = data.text
  view.back.disabled = data.number === 1
  view.next.textContent = data.is_here ? (data.number === data.count ? "Finish" : "Next") : "Return to this step"
}

function listen(view, send, data) {
  const way = data.is_here ? "next" : "here"
  view.next.onclick = () => send("asked", way)
  view.back.onclick = () => send("asked", "back")
  view.end.onclick = () => send("asked", "end")
  view.panel.onkeydown = (event) => {
    const keys = { ArrowRight: view.next, ArrowLeft: view.back, Escape: view.end }
    if (!(event.key in keys) || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    event.stopPropagation() // Browse turns to another sample with the same keys
    keys[event.key].click()
  }
}

export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const names = { panel: ".panel", frame: ".frame", progress: ".progress", title: "h2", text: "#tour-text" }
  const view = { back: ".back", next: ".next", end: ".end", ...names }
  for (const name in view) view[name] = parentElement.querySelector(view[name])
  const memory = memories.get(parentElement) ?? { number: 0, frame: 0, target: "", isSettled: false, since: 0 }
  memories.set(parentElement, memory)
  write(view, data)
  listen(view, setTriggerValue, data)
  memory.target = data.is_here ? data.target : ""
  if (memory.number !== data.number) {
    memory.number = data.number
    Object.assign(memory, { isSettled: false, since: 0 })
    view.next.focus({ preventScroll: true })
  }
  memory.stop ??= () => (memory.isSettled = true)
  for (const sign of SIGNS) document.addEventListener(sign, memory.stop, { passive: true })
  follow(view, memory)
  return () => {
    for (const sign of SIGNS) document.removeEventListener(sign, memory.stop)
    cancelAnimationFrame(memory.frame)
  }
}
