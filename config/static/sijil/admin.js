"use strict";
// A list whose order matters keeps the order of choosing: the option chosen last goes last.
document.addEventListener("DOMContentLoaded", () => {
    document.addEventListener("click", (event) => {
        const button = event.target.closest("[data-unfold]");
        if (button) {  // what has had its say is folded away, and unfolds
            const folded = document.getElementById(button.dataset.unfold);
            folded.hidden = !folded.hidden;
            button.setAttribute("aria-expanded", String(!folded.hidden));
        }
    });
    const $ = window.django && window.django.jQuery;
    if (!$) {
        return;
    }
    $(document).on("select2:select", "select[data-keep-order]", (event) => {
        const option = event.params.data.element;
        if (option) {
            $(event.target).append($(option).detach()).trigger("change");
        }
    });
});
