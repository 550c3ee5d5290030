"use strict";
// The review screen on the keyboard: one card is current; letters act on it unless somebody is writing.
document.addEventListener("DOMContentLoaded", () => {
    const cards = [...document.querySelectorAll("[data-card]")];
    const current = () => cards.find((card) => card.contains(document.activeElement)) || cards[0];
    const move = (step) => {
        const next = cards[cards.indexOf(current()) + step];
        if (next) {
            next.focus();
            next.scrollIntoView({ block: "nearest" });
        }
    };
    // Whoever passed over some goes on from where they decided last, and not from the top.
    const KEPT = `review ${window.location.pathname}`;
    const place = Math.min(Number(sessionStorage.getItem(KEPT)) || 0, cards.length - 1);
    sessionStorage.removeItem(KEPT);
    if (cards.length) {
        cards[place].focus();
        cards[place].scrollIntoView({ block: place ? "center" : "nearest" });
    }
    cards.forEach((card, index) => card.addEventListener("submit", () => sessionStorage.setItem(KEPT, String(index))));
    document.addEventListener("keydown", (event) => {
        const writing = event.target.matches("input, textarea, select");
        if (event.ctrlKey || event.metaKey || event.altKey || (writing && event.key !== "Escape") || !cards.length) {
            return;
        }
        if (event.key === "Escape") {
            current().focus();
        } else if (event.key === "j" || event.key === "k") {
            move(event.key === "j" ? 1 : -1);
        } else {
            const button = current().querySelector(`[data-key="${CSS.escape(event.key)}"]`);
            const note = current().querySelector("[name=note]");
            if (!button) {
                return;
            }
            if (button.dataset.asks !== undefined) {
                button.focus();  // what is accepted stays so: one key asks, Enter on the button does it
                button.parentElement.querySelector("[data-confirm]").hidden = false;
            } else if (button.dataset.needsNote !== undefined && !note.value.trim()) {
                note.focus();  // the note first; Enter then does what was asked for
                note.dataset.asked = event.key;
            } else {
                button.click();
            }
        }
        event.preventDefault();
    });
    document.addEventListener("focusout", (event) => {
        if (event.target.dataset?.asks !== undefined) {
            event.target.parentElement.querySelector("[data-confirm]").hidden = true;
        }
    });
    // Enter in the note does what the note was asked for, never what happens to be the first button.
    for (const card of cards) {
        card.querySelector("[name=note]").addEventListener("keydown", (event) => {
            if (event.key === "Enter") {
                event.preventDefault();
                const button = card.querySelector(`[data-key="${event.target.dataset.asked || ""}"]`);
                if (button && event.target.value.trim()) {
                    button.click();
                }
            }
        });
    }
});
