"use strict";
// Lets Unfold's pages run under a policy of content without exceptions. Alpine's build for such a policy reads the
// expressions in attributes itself; the few it cannot read are put in words that it can, before it starts.
// A browser test visits every page and fails where one is missing.

// Its own styles for waiting, and expressions of its own, are not used here.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;

document.addEventListener("alpine:init", () => {
    const KEPT = "sidebarDesktopOpen";

    // Functions of Unfold that expressions call by name.
    Alpine.data("theme", theme);
    Alpine.data("searchForm", searchForm);
    Alpine.data("searchDropdown", searchDropdown);
    Alpine.data("searchCommand", searchCommand);

    // The page: which tab is shown, and whether the menu is open, which is remembered.
    Alpine.data("page", (tab) => ({
        activeTab: getCurrentTab() || tab,
        sidebarMobileOpen: false,
        sidebarDesktopOpen: localStorage.getItem(KEPT) !== "0",
        toggleSidebar() {
            this.sidebarDesktopOpen = !this.sidebarDesktopOpen;
            localStorage.setItem(KEPT, this.sidebarDesktopOpen ? "1" : "0");
        },
        formAddress() {
            const here = window.location.pathname + window.location.search;
            return this.activeTab && this.activeTab !== "general" ? `${here}#${this.activeTab}` : here;
        },
    }));

    const tab = (document.body.getAttribute("x-data") || "").match(/activeTab: '([\w-]*)'/);
    document.body.setAttribute("x-data", `page('${tab ? tab[1] : ""}')`);
    document.body.removeAttribute("x-init");

    const inWords = (attribute, beginning, words) => {
        for (const element of document.querySelectorAll(`[${CSS.escape(attribute)}^="${CSS.escape(beginning)}"]`)) {
            if (words === null) {
                element.removeAttribute(attribute);
            } else {
                element.setAttribute(attribute, words(element.getAttribute(attribute)));
            }
        }
    };
    inWords("x-bind:action", "activeTab", () => "formAddress()");
    inWords("x-on:click", "sidebarDesktopOpen = ", () => "toggleSidebar()");
    inWords("x-on:keydown.enter.prevent", "if (", (said) => said.replace(/^if (\(.*?\)) /, "$1 && "));
    inWords("x-bind:style", "'width: '", () => "{width: changeListWidth + 'px'}");
    inWords("x-on:click.prevent", "window.location.href", null); // pages of a list: plain links do
});
