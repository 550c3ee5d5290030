"use strict";
// A list whose order matters keeps the order of choosing: the option chosen last goes last.
document.addEventListener("DOMContentLoaded", () => {
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
