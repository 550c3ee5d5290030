"use strict";
// What the theme leaves unsaid to those who listen to a page: its landmarks, and the names of the fields that search.
(() => {
    const labelOf = (select) => (select.labels?.[0]?.textContent || "").replace("*", "").trim();
    const nameFields = () => {
        for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
            const shown = select.nextElementSibling;
            const label = labelOf(select);
            if (label && shown?.classList.contains("select2-container")) {
                // The combobox is named by its own label and by what is chosen, which stands in the second.
                const rendered = shown.querySelector(".select2-selection--single .select2-selection__rendered");
                if (rendered) {
                    rendered.setAttribute("aria-label", label);
                }
                shown.querySelector(".select2-selection")?.setAttribute("aria-label", label);
                shown.querySelector(".select2-search__field")?.setAttribute("aria-label", label);
                // One item of the list is the field in which one types: it is no list to those who listen.
                shown.querySelector("ul.select2-selection__rendered")?.setAttribute("role", "presentation");
            }
        }
    };
    // What is wider than the screen is moved by the keyboard as well, whether or not something in it takes the focus.
    const reachable = () => {
        for (const wide of document.querySelectorAll(".sj-scroll")) {
            if (wide.scrollWidth > wide.clientWidth) {
                wide.setAttribute("tabindex", "0");
            } else {
                wide.removeAttribute("tabindex");
            }
        }
    };
    window.addEventListener("load", () => {
        (document.getElementById("main") || document.getElementById("page"))?.setAttribute("role", "main");
        for (const scrolled of document.querySelectorAll(".simplebar-content-wrapper[role=region]")) {
            scrolled.removeAttribute("role");  // a bar for scrolling is no part of the page, and all bore one name
            scrolled.removeAttribute("aria-label");
        }
        const $ = window.django?.jQuery;
        $?.(nameFields);  // after those that were told to begin before us: they make the fields
        $?.(document).on("select2:open", (event) => {
            const label = labelOf(event.target);
            const chosen = event.target.nextElementSibling?.querySelector("[role=combobox]");
            if (chosen?.hasAttribute("aria-owns")) {
                chosen.setAttribute("aria-controls", chosen.getAttribute("aria-owns"));
            }
            // What opens stands at the end of the page, outside all its parts.
            const opened = document.querySelector("body > .select2-container--open");
            opened?.setAttribute("role", "region");
            opened?.setAttribute("aria-label", label);
            document.querySelector(".select2-container--open .select2-dropdown .select2-search__field")
                ?.setAttribute("aria-label", label);
        });
        reachable();
        new ResizeObserver(reachable).observe(document.body);
    });
    document.addEventListener("formset:added", () => requestAnimationFrame(nameFields));
})();
