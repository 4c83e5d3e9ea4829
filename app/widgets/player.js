// The player's browser side: draws the axes from the sound's facts and moves the playhead with the audio element.

const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800]
const memories = new WeakMap()

function parts(root) {
  const names = ["name", "clock", "top", "middle", "stage", "spectrogram", "waveform", "playhead", "times", "trouble"]
  const found = Object.fromEntries(names.map((name) => [name, root.querySelector(`.${name}`)]))
  return { ...found, audio: root.querySelector("audio") }
}

const shown = (seconds) => seconds.toFixed(seconds < 60 ? 2 : 1)

function drawTimes(view, seconds) {
  const step = STEPS.find((size) => seconds / size <= 8) ?? seconds / 8
  const ticks = []
  for (let at = 0; at <= seconds * 1.0001; at += step) {
    if (at / seconds > 0.97) break // no room for a label
    const tick = document.createElement("span")
    tick.textContent = at === 0 ? "0 s" : `${Number(at.toFixed(2))} s`
    tick.style.left = `${(at / seconds) * 100}%`
    ticks.push(tick)
  }
  view.times.replaceChildren(...ticks)
}

function drawFrequencies(view, rate) {
  const top = rate / 2000
  view.top.textContent = `${Number(top.toFixed(1))} kHz`
  view.middle.textContent = `${Number((top / 2).toFixed(1))} kHz`
}

function drawPlayhead(view, memory) {
  const at = Math.min(view.audio.currentTime, memory.seconds)
  const share = memory.seconds > 0 ? at / memory.seconds : 0
  view.playhead.style.left = `${share * 100}%`
  view.clock.textContent = memory.seconds > 0 ? `${shown(at)} / ${shown(memory.seconds)} s` : ""
  view.stage.setAttribute("aria-valuenow", at.toFixed(2))
  view.stage.setAttribute("aria-valuetext", `${shown(at)} of ${shown(memory.seconds)} seconds`)
}

function follow(view, memory) {
  cancelAnimationFrame(memory.frame)
  const step = () => {
    drawPlayhead(view, memory)
    if (!view.audio.paused && !view.audio.ended) memory.frame = requestAnimationFrame(step)
  }
  step()
}

function seek(view, memory, seconds) {
  if (!(memory.seconds > 0)) return
  view.audio.currentTime = Math.min(Math.max(seconds, 0), memory.seconds)
  drawPlayhead(view, memory)
}

function seekTo(event, view, memory) {
  const box = view.stage.getBoundingClientRect()
  seek(view, memory, ((event.clientX - box.left) / box.width) * memory.seconds)
}

function listen(view, memory) {
  view.stage.onpointerdown = (event) => {
    view.stage.setPointerCapture(event.pointerId)
    seekTo(event, view, memory)
  }
  view.stage.onpointermove = (event) => event.buttons && seekTo(event, view, memory)
  view.stage.onkeydown = (event) => onKey(event, view, memory)
  for (const name of ["onplay", "onseeked", "onpause", "onended"]) view.audio[name] = () => follow(view, memory)
  view.audio.onerror = () => view.audio.getAttribute("src") && tell(view, "The browser cannot play this sound.")
}

function onKey(event, view, memory) {
  const moves = { ArrowLeft: -0.1, ArrowRight: 0.1, Home: -Infinity, End: Infinity }
  if (event.key in moves) seek(view, memory, view.audio.currentTime + moves[event.key])
  else if (event.key === " " || event.key === "Enter") view.audio.paused ? view.audio.play() : view.audio.pause()
  else return
  event.preventDefault()
  event.stopPropagation()
}

function tell(view, text) {
  view.trouble.textContent = text
  view.trouble.title = text
}

async function load(view, memory, data) {
  tell(view, "")
  view.times.replaceChildren()
  view.audio.src = data.audio
  view.spectrogram.src = data.spectrogram
  view.waveform.src = data.waveform
  const answer = await fetch(data.facts)
  if (memory.loaded !== data.facts) return // another sample was chosen meanwhile
  if (!answer.ok) return tell(view, await answer.text())
  const facts = await answer.json()
  memory.seconds = facts.seconds
  view.stage.setAttribute("aria-valuemax", facts.seconds.toFixed(2))
  drawTimes(view, facts.seconds)
  drawFrequencies(view, facts.sample_rate)
  drawPlayhead(view, memory)
}

export default function (component) {
  const { data, parentElement } = component
  const view = parts(parentElement)
  const memory = memories.get(parentElement) ?? { loaded: "", seconds: 0, frame: 0 }
  memories.set(parentElement, memory)
  view.name.textContent = data.modality
  view.stage.setAttribute("aria-label", `Position in the ${data.modality} of ${data.about}`)
  view.spectrogram.alt = `Spectrogram of the ${data.modality} of ${data.about}`
  view.waveform.alt = `Waveform of the ${data.modality} of ${data.about}`
  view.audio.setAttribute("aria-label", `${data.modality} of ${data.about}`)
  listen(view, memory)
  if (memory.loaded !== data.facts) {
    memory.loaded = data.facts
    memory.seconds = 0
    drawPlayhead(view, memory)
    load(view, memory, data).catch(() => tell(view, "The server does not answer."))
  }
  return () => {
    cancelAnimationFrame(memory.frame)
    view.audio.pause()
  }
}
