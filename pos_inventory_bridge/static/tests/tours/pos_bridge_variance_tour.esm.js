import {openMenu} from "./pos_bridge_tour.esm";
import {registry} from "@web/core/registry";

const FOOTER = ".o_list_renderer tfoot";

/**
 * "Why is a kilogram of mozzarella missing?" From last month's loss to the moves that it
 * is made of, to the day that took most, to the recipe by which it was taken. The
 * figures are worked out by hand in the test.
 */
registry.category("web_tour.tours").add("pos_bridge_variance", {
    steps: () => [
        openMenu("report"),
        openMenu("variance_wizard"),
        {
            content: "Last month is proposed",
            trigger: ".o_form_view button[name=action_compare]",
            run: "click",
        },
        {
            content: "Everything was mapped and counted: the loss means something",
            trigger: ".o_form_view .alert-success:visible",
        },
        {
            content: "Of the tomatoes next to nothing is missing",
            trigger: ".o_data_row:contains('Tomato') [name=count_difference]:contains('-0.2')",
        },
        {
            content: "3 kg should have gone, 0.9 kg more did: 7.20",
            trigger:
                ".o_form_view .o_data_row:contains('Mozzarella'):has([name=theoretical]:contains('3')):has([name=count_difference]:contains('-0.9')):contains('7.20') [name=product_id]",
            run: "click",
        },
        {
            content: "Its moves: came, was sold twice, was spilt",
            trigger:
                ".o_list_view:has(.o_data_row [name=quantity]:contains('10')):has(.o_data_row [name=quantity]:contains('-1')):has(.o_data_row [name=quantity]:contains('-0.5'))",
        },
        {
            content: "What the count found is what the line said",
            trigger:
                ".o_data_row:has([name=quantity]:contains('-0.9')):contains('7.20') [name=balance]:contains('5.6')",
        },
        {
            content: "The day that took most",
            trigger: ".o_data_row:contains('16.00') [name=quantity]:contains('-2')",
            run: "click",
        },
        {
            content: "It is a sales day, and nothing waits on it",
            trigger: ".o_form_view:has(button[name=action_repost]):contains('Bar')",
        },
        {
            content: "2 kg of mozzarella: by which items?",
            trigger:
                ".o_data_row:contains('Mozzarella'):contains('16.00') button[name=action_view_items]",
            run: "click",
        },
        {
            content: "1.2 kg for pizzas and 0.8 kg for calzone are those 2 kg",
            trigger: `.o_list_view:has(.o_data_row:contains('Calzone'):contains('0.8')) ${FOOTER}:contains('2')`,
        },
        {
            content: "The pizzas",
            trigger:
                ".o_data_row:contains('Margherita'):contains('12') [name=quantity]:contains('1.2')",
            run: "click",
        },
        {
            content: "By the recipe of that day",
            trigger:
                ".o_form_view .o_field_widget[name=recipe_version_id] a:contains('Margherita')",
            run: "click",
        },
        {
            content: "100 g for each: so much was deducted, and the kitchen takes more",
            trigger:
                ".o_form_view .o_field_widget[name=summary]:contains('0.1 kg Mozzarella')",
        },
    ],
});
