// One sound at a time: a card's speaker starts it and stops it.

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
  sayThatItPlays(memory.voice)
  try {
    await memory.voice.play()
  } catch (error) {
    if (error.name === "AbortError") return // another card was started meanwhile
    silence(memory)
    button.classList.add("silent")
    button.title = "This sound cannot be played."
  }
}
