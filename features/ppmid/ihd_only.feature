@SECMP0038 @REQ-023 @REQ-004
Feature: A home with an In-Home Display and no PPMID

  There is no way over the Internet into such a home: the Supplier hears nothing of what it sends, and the HAN sees none of
  it. What remains is the meter's own keypad, or an engineer.

  Background:
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And an In-Home Display and no PPMID

  @REQ-015 @takes-5h
  Scenario: The Supplier's Command goes nowhere, and the customer types the code into the meter
    Given the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the Supplier does not know whether it was delivered
    And the balance of the electricity meter has not moved
    When the customer enters a UTRN of £15.00 at the electricity meter's own keypad
    Then the balance of the electricity meter has risen by £15.00, once

  @takes-5h
  Scenario: An engineer brings the Command
    Given an engineer with a Hand-Held Terminal
    And the SM WAN has been down for 2 hours
    When the hub's power is cut and comes back
    And the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the electricity meter topped up by £10.00 with the Hand-Held Terminal
    Then the balance of the electricity meter has risen by £10.00, once
