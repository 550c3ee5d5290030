"use strict";
// A line that was added by mistake is taken away again. The theme would make those below it anew from their markup, and lose
// what was typed in them: here they move up as they are.
(() => {
    const rename = (line, from, to) => {
        for (const one of line.querySelectorAll("*")) {
            for (const { name, value } of [...one.attributes]) {
                if (value.includes(from)) {
                    one.setAttribute(name, value.replaceAll(from, to));
                }
            }
        }
    };
    // Fields that are found by typing are kept by their names: they are made anew under the new ones, with what they hold.
    const moveUp = (line, prefix, number) => {
        const found = window.django.jQuery(line).find("select.admin-autocomplete");
        found.select2("destroy");
        rename(line, `${prefix}-${number}-`, `${prefix}-${number - 1}-`);
        found.djangoAdminSelect2();
    };
    const typed = (line) => [...line.querySelectorAll("input:not([type=hidden]), textarea")].some(
        (one) => one.name.includes("-") && !["checkbox", "radio"].includes(one.type) && one.value.trim() !== ""
    );
    const takeAway = (line, ask) => {
        if (typed(line) && !window.confirm(ask)) {
            return;
        }
        const lines = line.parentElement;
        const { prefix } = JSON.parse(lines.dataset.inlineFormset).options;
        const all = [...lines.querySelectorAll(":scope > .form-group:not(.empty-form)")];
        const number = all.indexOf(line);
        line.remove();
        all.slice(number + 1).forEach((below, index) => moveUp(below, prefix, number + 1 + index));
        document.getElementById(`id_${prefix}-TOTAL_FORMS`).value = all.length - 1;
        // The theme's own, for its numbers and borders.
        window.updateStackedCounter(lines);
        window.applyLastClass(lines);
        window.checkFormsetEmpty(lines);
        document.dispatchEvent(new CustomEvent("formset:removed", { detail: { formsetName: prefix } }));
        const adder = lines.querySelector(".form-actions .add-row");
        adder?.classList.remove("hidden");
        adder?.focus();
    };
    // Before the theme hears of it.
    document.addEventListener("click", (event) => {
        const button = event.target.closest(".delete-template");
        if (button) {
            event.preventDefault();
            event.stopImmediatePropagation();
            takeAway(button.closest(".form-group"), button.dataset.ask);
        }
    }, true);
})();
