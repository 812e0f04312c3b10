import {registry} from "@web/core/registry";

const FOOTER = ".o_list_renderer tfoot";

/**
 * "Why did we use 4 kg of mozzarella on 3 March, and where is it in the books?" An
 * accountant begins at the journal entry, comes to the receipt, and goes back. At every
 * stop the total is what was clicked; the figures are worked out by hand in the test.
 */
registry.category("web_tour.tours").add("pos_bridge_books", {
    steps: () => [
        {
            content: "The entry says whose it is, and is not reset here",
            trigger:
                ".o_form_view:not(:has(button[name=button_draft])) .alert:contains('What the sales day')",
        },
        {
            content: "35.00 is cost of goods: what is it made of?",
            trigger:
                ".o_field_widget[name=line_ids] .o_data_row:has([name=debit]:contains('35.00')) button[name=action_pos_bridge_bookings]",
            run: "click",
        },
        {
            content: "32.00 of mozzarella and 3.00 of tomatoes are those 35.00",
            trigger: `.o_list_view:has(.o_data_row:contains('Tomato'):contains('3.00')) ${FOOTER}:contains('35.00')`,
        },
        {
            content: "The mozzarella: 4 kg",
            trigger:
                ".o_data_row:contains('Mozzarella'):contains('32.00') .o_data_cell[name=quantity]:contains('4')",
            run: "click",
        },
        {
            content: "Its stock move",
            trigger: ".o_form_view button[name=action_pos_bridge_origins]",
            run: "click",
        },
        {
            content: "2.5 kg for Margherita and 1.5 kg for Calzone are those 4 kg",
            trigger: `.o_list_view:has(.o_data_row:contains('Calzone'):contains('1.5')) ${FOOTER}:contains('4')`,
        },
        {
            content: "The list says so itself",
            trigger: ".o_breadcrumb:contains('Mozzarella, Bar: 4 kg')",
        },
        {
            content: "The Margherita",
            trigger:
                ".o_data_row:contains('Margherita'):contains('2.5') .o_data_cell[name=change_quantity]",
            run: "click",
        },
        {
            content: "Mapping and recipe as they were that day",
            trigger:
                ".o_form_view:has(.o_field_widget[name=mapping_id] a) .o_field_widget[name=recipe_version_id] a:contains('Margherita')",
            run: "click",
        },
        {
            content: "Half a kilogram for four",
            trigger:
                ".o_form_view .o_field_widget[name=summary]:contains('0.5 kg Mozzarella')",
        },
        {
            content: "Back to the use",
            trigger: ".o_breadcrumb .o_back_button, .breadcrumb-item:last a",
            run: "click",
        },
        {
            content: "The receipts",
            trigger: ".o_form_view button[name=action_view_sale_lines]",
            run: "click",
        },
        {
            content: "12 and 8 Margherita are those 2.5 kg; what was voided counts nothing",
            trigger: `.o_list_view:has(.o_data_row:contains('R2')) ${FOOTER}:contains('20'):contains('2.5')`,
        },
        {
            content: "The twelve",
            trigger: ".o_data_row:contains('R1'):contains('1.5') .o_data_cell[name=kind]",
            run: "click",
        },
        {
            content: "To their receipt",
            trigger: ".o_form_view .o_field_widget[name=sale_id] a:contains('R1')",
            run: "click",
        },
        {
            content: "It is there. And back: what did this line use?",
            trigger:
                ".o_form_view .o_field_widget[name=line_ids] .o_data_row:contains('Margherita'):contains('12') button[name=action_view_usage]",
            run: "click",
        },
        {
            content: "1.2 kg of tomatoes",
            trigger:
                ".o_list_view .o_data_row:contains('Tomato') [name=line_quantity]:contains('1.2')",
        },
        {
            content: "1.5 kg of mozzarella: in which moves?",
            trigger:
                ".o_data_row:contains('Mozzarella'):has([name=line_quantity]:contains('1.5')) button[name=action_view_moves]",
            run: "click",
        },
        {
            content: "In the move of 4 kg for 32.00; where is it in the books?",
            trigger:
                ".o_list_view .o_data_row:contains('Mozzarella'):contains('32.00') button[name=action_pos_bridge_entry]",
            run: "click",
        },
        {
            content: "In this entry",
            trigger:
                ".o_form_view .o_field_widget[name=line_ids] .o_data_row:contains('35.00')",
        },
        {
            content: "Of this sales day",
            trigger: ".o_form_view button[name=action_pos_bridge_day]",
            run: "click",
        },
        {
            content: "3 March, with nothing that the accountant could press",
            trigger:
                ".o_form_view:not(:has(button[name=action_repost])):contains('3 Mar 2026')",
        },
    ],
});
