// The player's browser side: draws the axes from the sound's facts and moves the playhead with the audio element.

const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800]
const memories = new WeakMap()
const settings = { volume: 1, muted: false, loop: false } // of all players, until the page is closed

function parts(root) {
  const names = ["name", "clock", "top", "middle", "stage", "spectrogram", "waveform", "playhead", "times", "trouble", "loop", "dot"]
  const found = Object.fromEntries(names.map((name) => [name, root.querySelector(`.${name}`)]))
  return { ...found, audio: root.querySelector("audio") }
}

// 7.25 of a sound below a minute, 2:07.3 of a longer one.
function shown(seconds, all) {
  if (all < 60) return seconds.toFixed(2)
  const tenths = Math.round(seconds * 10)
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, "0")}`
}

const tickWords = (at, all) =>
  all < 60 ? (at === 0 ? "0 s" : `${Number(at.toFixed(2))} s`) : shown(at, all).replace(/\.0$/, "")

function drawTimes(view, seconds) {
  const step = STEPS.find((size) => seconds / size <= 8) ?? seconds / 8
  const ticks = []
  for (let at = 0; at <= seconds * 1.0001; at += step) {
    if (at / seconds > 0.97) break // no room for a label
    const tick = document.createElement("span")
    tick.textContent = tickWords(at, seconds)
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
  const said = memory.seconds > 0 ? [at, memory.seconds].map((value) => shown(value, memory.seconds)) : []
  view.clock.textContent = said.length ? said.join(" / ") + (memory.seconds < 60 ? " s" : " min") : ""
  view.stage.setAttribute("aria-valuenow", at.toFixed(2))
  view.stage.setAttribute("aria-valuetext", `${said.join(" of ")} ${memory.seconds < 60 ? "seconds" : "minutes"}`)
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
  view.loop.onkeydown = (event) => void (isPress(event) || onKey(event, view, memory))
  view.audio.onkeydown = keepOwnKeys
  for (const name of ["onseeked", "onpause", "onended"]) view.audio[name] = () => follow(view, memory)
  view.audio.onplay = () => {
    sayThatItPlays(view.audio)
    follow(view, memory)
  }
  view.audio.onvolumechange = () => Object.assign(settings, { volume: view.audio.volume, muted: view.audio.muted })
  view.loop.onclick = () => setLoop(view, !view.audio.loop)
  for (const picture of [view.spectrogram, view.waveform]) {
    picture.onload = () => drawn(view, picture, "")
    picture.onerror = () => drawn(view, picture, "gone")
  }
  view.audio.onerror = () => view.audio.getAttribute("src") && tell(view, "The browser cannot play this sound.")
}

function drawn(view, picture, state) {
  picture.classList.toggle("gone", state === "gone")
  if (picture === view.spectrogram) view.stage.classList.remove("loading")
}

function setLoop(view, loop) {
  settings.loop = view.audio.loop = loop
  view.loop.setAttribute("aria-pressed", String(loop))
}

function setVolume(view, change) {
  view.audio.volume = Math.min(Math.max(view.audio.volume + change, 0), 1)
}

const isPress = (event) => event.key === " " || event.key === "Enter"

function onKey(event, view, memory) {
  if (event.ctrlKey || event.altKey || event.metaKey) return
  const [small, large] = [Math.max(0.1, memory.seconds / 200), memory.seconds / 10]
  const moves = { ArrowLeft: -small, ArrowRight: small, PageUp: -large, PageDown: large, Home: -Infinity, End: Infinity }
  const volumes = { ArrowUp: 0.1, ArrowDown: -0.1 }
  if (event.key in moves) seek(view, memory, view.audio.currentTime + moves[event.key])
  else if (isPress(event)) view.audio.paused ? view.audio.play() : view.audio.pause()
  else if (event.key in volumes) setVolume(view, volumes[event.key])
  else if (event.key.toLowerCase() === "m") view.audio.muted = !view.audio.muted
  else if (event.key.toLowerCase() === "l") setLoop(view, !view.audio.loop)
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
  view.stage.classList.add("loading")
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
  view.dot.style.background = data.colour
  view.stage.setAttribute("aria-label", `Position in the ${data.modality} of ${data.about}`)
  view.spectrogram.alt = `Spectrogram of the ${data.modality} of ${data.about}`
  view.waveform.alt = `Waveform of the ${data.modality} of ${data.about}`
  view.audio.setAttribute("aria-label", `${data.modality} of ${data.about}`)
  listen(view, memory)
  memory.stop ??= stopForOthers(view.audio, () => view.audio.pause())
  if (memory.loaded !== data.facts) {
    memory.loaded = data.facts
    Object.assign(view.audio, { volume: settings.volume, muted: settings.muted })
    setLoop(view, settings.loop)
    memory.seconds = 0
    drawPlayhead(view, memory)
    load(view, memory, data).catch(() => tell(view, "The server does not answer."))
  }
  return () => {
    cancelAnimationFrame(memory.frame)
    view.audio.pause()
    memory.stop?.()
    memory.stop = null
  }
}
