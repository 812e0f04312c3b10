import {registry} from "@web/core/registry";

// What the item column of the report says, top to bottom, without signs and spaces.
const ROWS = ["Total", "Mapped", "Without group", "Esp", "Not mapped", "Without group"];
const WAITING = ["Tea", "Soup"];

function checkRows() {
    const cells = document.querySelectorAll(".o_pivot tbody th");
    const rows = [...cells].map((cell) => cell.textContent.trim());
    const wanted = [...ROWS, ...WAITING];
    if (rows.join() !== wanted.join()) {
        throw new Error(`Rows are ${rows.join()} and should be ${wanted.join()}.`);
    }
}

/** What is not mapped has neither cost nor margin nor a share. */
function checkNothing() {
    const row = [...document.querySelectorAll(".o_pivot tbody tr")].find((each) =>
        each.querySelector("th").textContent.includes("Tea")
    );
    const figures = [...row.querySelectorAll("td")].map((cell) =>
        cell.textContent.replace(/[^0-9.,%]/g, "")
    );
    if (figures.join("|") !== "5.00|||||50.00") {
        throw new Error(`Tea is told as ${figures.join("|")}.`);
    }
}

/** From the overview of a month that is over to what its items were sold for. */
registry.category("web_tour.tours").add("pos_bridge_past_month", {
    steps: () => [
        {
            content: "A day is still being posted",
            trigger: ".o_pos_bridge_overview .o_pos_bridge_progress:contains('1')",
        },
        {
            content: "The last month that has sales is shown, and leads to its report",
            trigger: ".o_pos_bridge_overview h2 button:contains('Sales and Margin')",
            run: "click",
        },
        {
            content: "The report says so, too",
            trigger: ".o_content:has(.o_pivot) .o_pos_bridge_progress:contains('1')",
        },
        {
            content: "Mapped items come first, the others by what is missing of them",
            trigger: ".o_pivot tbody th:contains('Soup')",
            run: checkRows,
        },
        {
            content: "A share of nothing is not 0 %",
            trigger: ".o_pivot tbody th:contains('Tea')",
            run: checkNothing,
        },
    ],
});
