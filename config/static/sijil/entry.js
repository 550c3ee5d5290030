"use strict";
// Entering: what dates mean, what words may count, what may be there already, the line above, and the keyboard.
(() => {
    const later = (deed, wait) => {
        let timer;
        return (...given) => {
            clearTimeout(timer);
            timer = setTimeout(() => deed(...given), wait);
        };
    };
    const ask = async (address, query) => {
        const answer = await fetch(`${address}?${new URLSearchParams(query)}`, { headers: { Accept: "application/json" } });
        return answer.ok ? answer.json() : {};
    };
    // Where the answer to what was typed is said, also to those who listen.
    const below = (field, kind) => {
        const id = `${field.id}_${kind}`;
        let place = document.getElementById(id);
        if (!place) {
            place = document.createElement("div");
            place.id = id;
            place.className = `sj-said-${kind}`;
            place.setAttribute("aria-live", "polite");
            field.insertAdjacentElement("afterend", place);
        }
        return place;
    };

    const explainDate = later(async (field) => {
        const place = below(field, "meaning");
        const typed = field.value.trim();
        const { meaning, error } = typed ? await ask(field.dataset.edtf, { text: typed }) : {};
        if (field.value.trim() === typed) {
            place.textContent = meaning || error || "";
            place.classList.toggle("sj-wrong", Boolean(error));
        }
    }, 250);

    const sibling = (field, name) => document.getElementById(field.id.replace(/stated$/, name));
    const take = (field, proposal) => {
        for (const name of ["quantifier", "number", "upper", "stance", "coding_rule"]) {
            const control = sibling(field, name);
            if (control) {
                control.value = proposal[name] ?? "";
                control.dispatchEvent(new Event("change", { bubbles: true }));
            }
        }
        below(field, "proposals").replaceChildren();
        sibling(field, "number")?.focus();
    };
    const agrees = (field, proposal) =>
        ["quantifier", "number", "upper"].every((name) => String(proposal[name] ?? "") === (sibling(field, name)?.value ?? ""));
    const propose = later(async (field) => {
        const place = below(field, "proposals");
        const typed = field.value.trim();
        const { proposals = [] } = typed ? await ask(field.dataset.propose, { text: typed }) : {};
        if (field.value.trim() !== typed) {
            return;
        }
        place.replaceChildren(...proposals.filter((one) => !agrees(field, one)).map((one) => {
            const button = document.createElement("button");
            button.type = "button";
            button.className = "sj-proposal";
            button.dir = "auto";
            button.textContent = one.label;
            button.addEventListener("click", () => take(field, one));
            return button;
        }));
    }, 250);

    // The words of the line in which somebody is, in whichever of its fields; on the page of one claim, its own.
    const wordsOf = (target) => {
        const line = target.closest(".form-group")?.querySelector("[data-propose]");
        const alone = [...(target.closest("form")?.querySelectorAll("[data-propose]") || [])];
        return line || (alone.length === 1 && !alone[0].closest(".form-group") ? alone[0] : null);
    };

    document.addEventListener("input", (event) => {
        const field = event.target;
        if (field.dataset?.edtf) {
            explainDate(field);
        } else if (field.dataset?.propose) {
            propose(field);
        }
    });

    // One begins with the first field that is empty.
    const begin = (controls) => {
        const empty = [...controls].find((one) => one.name && one.value === "" && one.offsetParent && !one.disabled);
        (empty?.matches(".admin-autocomplete") ? empty.nextElementSibling.querySelector(".select2-selection") : empty)?.focus();
    };
    // A new line begins like the one above it: who says it, where it stands, who may see it. What is counted, of whom and
    // of when differs from line to line, and taken over unseen would be wrong and look right.
    const KEPT = ["claimant", "source", "locator", "language", "disclosure"];
    const copy = (from, to) => {
        if (from.tagName === "SELECT" && from.classList.contains("admin-autocomplete")) {
            to.replaceChildren(...[...from.selectedOptions].map((one) => new Option(one.text, one.value, true, true)));
        } else {
            to.value = from.value;
        }
        to.dispatchEvent(new Event("change", { bubbles: true }));
    };
    // What is folded away and says something, or is wrong, is opened: nothing is recorded unseen.
    const said = (control) => {
        const blank = document.getElementById(control.id.replace(/-\d+-/, "-__prefix__-"));
        return control.value !== "" && (!blank || control.value !== blank.value);
    };
    const unfold = (within) => {
        for (const folded of within.querySelectorAll("details:not([open])")) {
            const controls = [...folded.querySelectorAll("input:not([type=hidden]), select, textarea")];
            if (!folded.querySelector("[id*=__prefix__]")
                && controls.some((one) => one.getAttribute("aria-invalid") === "true" || (one.name.includes("-") && said(one)))) {
                folded.open = true;
            }
        }
    };
    // A measure that counts no people has no population: the field goes, and with it what was chosen.
    const people = (measure) => {
        const population = document.getElementById(measure.id.replace(/measure$/, "population"));
        const counts = !measure.dataset.noPeople.split(" ").includes(measure.value);
        const field = population?.closest(".field-population");
        if (!field || field.hidden === !counts) {
            return;
        }
        field.hidden = !counts;
        if (!counts) {
            population.replaceChildren();
            population.dispatchEvent(new Event("change", { bubbles: true }));
        }
    };
    // A part is of the same claimant as its whole: only such claims are offered, and such lines above on this page.
    const lineOf = (control) => Number((control.name.match(/-(\d+)-/) || [])[1]);
    const wholes = (select) => {
        const chosen = select.value || select.dataset.chosen || "";
        delete select.dataset.chosen;
        const claimant = document.getElementById(select.id.replace(/part_of$/, "claimant"))?.value || "";
        for (const option of [...select.options]) {
            if (option.dataset.line) {
                option.remove();
            } else if (option.dataset.claimant) {
                option.hidden = option.disabled = claimant !== "" && option.dataset.claimant !== claimant;
            }
        }
        for (let line = 0; line < lineOf(select); line += 1) {
            const above = (name) => document.getElementById(select.id.replace(/-\d+-part_of$/, `-${line}-${name}`));
            if (above("stated")?.value && above("claimant")?.value === claimant) {
                const measure = above("measure").selectedOptions[0]?.text.split(" · ")[0] || "";
                const option = new Option(`${select.dataset.whole} ${line + 1}: ${measure} “${above("stated").value}”`, `line-${line}`);
                option.dataset.line = String(line);
                select.add(option);
            }
        }
        select.value = chosen;
        if (select.selectedIndex < 0 || select.selectedOptions[0].disabled) {
            select.value = "";
        }
    };
    document.addEventListener("focusin", (event) => {
        if (event.target.dataset?.whole) {
            wholes(event.target);
        }
    });
    // When a line is taken away those below it move up: what was said to be a part of one of them is asked anew.
    document.addEventListener("formset:removed", () => {
        for (const select of document.querySelectorAll("select[data-whole]")) {
            if (select.selectedOptions[0]?.dataset.line) {
                select.value = "";
            }
        }
    });
    document.addEventListener("formset:added", (event) => {
        const { formsetName } = event.detail || {};
        const named = event.target.querySelector(`[name^="${formsetName}-"]`);
        const number = named ? named.name.slice(formsetName.length + 1).split("-")[0] : "";
        if (formsetName && Number(number) > 0) {
            for (const name of KEPT) {
                const from = document.getElementById(`id_${formsetName}-${number - 1}-${name}`);
                const to = document.getElementById(`id_${formsetName}-${number}-${name}`);
                if (from && to) {
                    copy(from, to);
                }
            }
        }
        unfold(event.target);
        // After those that make the fields that are found by typing.
        requestAnimationFrame(() => begin(event.target.querySelectorAll("input, select, textarea")));
    });

    // Alt+C, R, S: another claim, responsibility, statement. Ctrl+Enter saves and goes on. Alt+1 to 4 takes a proposal.
    // Heard before the fields do: those that take several keep every key to themselves.
    const ROWS = { KeyC: "claims", KeyR: "responsibilityclaims", KeyS: "statements" };
    document.addEventListener("keydown", (event) => {
        if (event.altKey && ROWS[event.code]) {
            const adder = document.querySelector(`#${ROWS[event.code]}-group .add-row a, #${ROWS[event.code]}-group a.add-row`);
            if (adder) {
                event.preventDefault();
                adder.click();
            }
        } else if (event.altKey && /^Digit[1-4]$/.test(event.code)) {
            const field = wordsOf(event.target);
            const button = field && below(field, "proposals").children[Number(event.code.slice(-1)) - 1];
            if (button) {
                event.preventDefault();
                button.click();
            }
        } else if (event.ctrlKey && event.key === "Enter") {
            const save = document.querySelector("[name=_continue]") || document.querySelector("[name=_save]");
            if (save) {
                event.preventDefault();
                save.click();
            }
        }
    }, true);
    // Whoever types in a field that is found by typing means to find: the letter opens it, and is its first.
    document.addEventListener("keydown", (event) => {
        const closed = event.target.closest?.(".select2-container:not(.select2-container--open) .select2-selection--single");
        if (closed && event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.altKey && !event.metaKey) {
            window.django.jQuery(closed.closest(".select2-container").previousElementSibling).select2("open");
        }
    }, true);
    document.addEventListener("DOMContentLoaded", () => {
        const form = document.querySelector("#content-main form");
        if (form) {
            unfold(form);
        }
        for (const field of document.querySelectorAll("[data-edtf]")) {
            if (field.value) {
                explainDate(field);
            }
        }
        for (const select of document.querySelectorAll("select[data-whole]")) {
            wholes(select);
        }
        for (const measure of document.querySelectorAll("select[data-no-people]")) {
            people(measure);
        }
        // Fields that are found by typing tell of a choice through the theme's own events alone.
        window.django?.jQuery(document).on("change", "select[data-no-people]", (event) => people(event.target));
        window.django?.jQuery(document).on("change", "select[name$=claimant]", (event) => {
            const whole = document.getElementById(event.target.id.replace(/claimant$/, "part_of"));
            if (whole?.dataset.whole) {
                wholes(whole);
            }
        });
    });
    // What is wrong is listed above: the list is where one begins, and each of its lines leads to a field. On the page of a
    // new row one begins with the first field that is empty; what Django gives the focus is hidden for a moment, and loses it.
    window.addEventListener("load", () => {
        const wrong = document.getElementById("wrong");
        const model = document.getElementById("django-admin-form-add-constants")?.dataset.modelName;
        const form = model && document.getElementById(`${model}_form`);
        if (wrong || !form) {
            wrong?.focus();
        } else if (document.activeElement === document.body) {
            begin(form.elements);
        }
    });
    document.addEventListener("click", (event) => {
        const link = event.target.closest("a[data-field]");
        const field = link && document.getElementById(link.hash.slice(1));
        if (field) {
            event.preventDefault();
            for (let folded = field.closest("details"); folded; folded = folded.parentElement.closest("details")) {
                folded.open = true;
            }
            const shown = field.classList.contains("select2-hidden-accessible")
                ? field.nextElementSibling?.querySelector(".select2-selection") : field;
            (shown?.matches("input, select, textarea, .select2-selection") ? shown : shown?.querySelector("input"))?.focus();
            shown?.scrollIntoView({ block: "center" });
        }
    });
})();
