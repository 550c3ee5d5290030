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

    document.addEventListener("input", (event) => {
        const field = event.target;
        if (field.dataset?.edtf) {
            explainDate(field);
        } else if (field.dataset?.propose) {
            propose(field);
        }
    });

    // A new line begins like the one above it: who, what, whom, where it stands; never the words and the number.
    const KEPT = [
        "claimant", "measure", "population", "source", "locator", "relays", "language", "as_of", "basis", "since", "period",
        "disclosure", "rests_on", "strength",
    ];
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
        // The words are what differs: they come first, or the claimant where there was no line above.
        const first = Number(number) > 0 ? "stated" : "claimant";
        (document.getElementById(`id_${formsetName}-${number}-${first}`)
            || event.target.querySelector("input:not([type=hidden]), select, textarea"))?.focus();
    });

    // Alt+C, R, S: another claim, responsibility, statement. Ctrl+Enter saves and goes on. Alt+1 to 4 takes a proposal.
    const ROWS = { KeyC: "claims", KeyR: "responsibilityclaims", KeyS: "statements" };
    document.addEventListener("keydown", (event) => {
        if (event.altKey && ROWS[event.code]) {
            const adder = document.querySelector(`#${ROWS[event.code]}-group .add-row a, #${ROWS[event.code]}-group a.add-row`);
            if (adder) {
                event.preventDefault();
                adder.click();
            }
        } else if (event.altKey && /^Digit[1-4]$/.test(event.code) && event.target.dataset?.propose) {
            const button = below(event.target, "proposals").children[Number(event.code.slice(-1)) - 1];
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
    });
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
    });
})();
