@SECMP0038 @REQ-023 @REQ-004
Feature: A home with an In-Home Display and no PPMID

  There is no way over the Internet into such a home: the Supplier is told so at once, and the HAN sees nothing of what it
  would have sent. What remains is the meter's own keypad, or an engineer.

  Background:
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And an In-Home Display and no PPMID

  @REQ-015 @takes-5h
  Scenario: The Supplier's Command goes nowhere, and the customer types the code into the meter
    Given the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the Supplier was told at once that there is no way over the Internet into the home
    And the Supplier holds of it: not sent
    And the balance of the electricity meter has not moved
    When the customer enters a UTRN of £15.00 at the electricity meter's own keypad
    Then the balance of the electricity meter has risen by £15.00, once

  @REQ-015 @takes-5h
  Scenario: A UTRN goes nowhere either, and the customer types it into the meter
    Given the SM WAN has been down for 2 hours
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the Supplier was told at once that there is no way over the Internet into the home
    When the customer types that UTRN into the electricity meter's own keypad
    Then the balance of the electricity meter has risen by £10.00, once

  @takes-5h
  Scenario: An engineer brings the Command
    Given an engineer with a Hand-Held Terminal
    And the SM WAN has been down for 2 hours
    When the hub's power is cut and comes back
    And the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the electricity meter topped up by £10.00 with the Hand-Held Terminal
    Then the balance of the electricity meter has risen by £10.00, once
