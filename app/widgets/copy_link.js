// The full address of the view: the browser knows what its address says now, which may be news since the app drew this;
// the app says the run and the evaluation, which the address may leave out.

function address(said) {
  const query = new URLSearchParams(window.location.search)
  query.delete("tour") // is nobody else's
  for (const [name, value] of Object.entries(said)) query.set(name, value)
  return `${window.location.origin}${window.location.pathname}?${query}`
}

async function copy(field, status) {
  field.select() // so that it can be copied by hand where the clipboard is out of reach
  try {
    await navigator.clipboard.writeText(field.value)
    status.textContent = "Copied."
  } catch {
    field.focus()
    status.textContent = "The browser does not give access to the clipboard: press Ctrl+C (⌘C) to copy the marked link."
  }
}

export default function (component) {
  const root = component.parentElement
  const [field, button, status] = ["input", "button", "span"].map((name) => root.querySelector(name))
  const write = () => {
    const now = address(component.data)
    if (field.value === now) return
    field.value = now
    status.textContent = ""
  }
  write()
  field.onfocus = () => {
    write()
    field.select()
  }
  button.onclick = () => {
    write()
    copy(field, status)
  }
  const timer = setInterval(write, 500) // what is picked beside the open menu changes the address, not this part
  return () => clearInterval(timer)
}
