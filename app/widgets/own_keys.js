// Keys by which the browser itself moves a sound, a film, a slider or a text that scrolls. They stay with what has the
// focus: Browse turns to another sample with the same arrows. All other keys go on to the page.

const OWN_KEYS = [
  "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", " ", "Enter",
]

// Gives nothing back: a listener of the kind onkeydown that gave false would take the key from the browser.
function keepOwnKeys(event) {
  if (OWN_KEYS.includes(event.key)) event.stopPropagation()
}
