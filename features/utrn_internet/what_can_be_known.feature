@UTRN-INTERNET
Feature: What the Supplier can know of a UTRN

  The PPMID's word is nobody's proof. Whatever the hub and the SM WAN, it is all that comes of a UTRN by itself.

  @REQ-034 @ics-utrn-internet @takes-5h
  Scenario Outline: A UTRN, <sm wan>, with <hub>
    Given a prepayment home with an electricity meter
    And <hub>
    And <sm wan>
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the Supplier holds of it: <outcome>

    Examples:
      | sm wan                               | hub                  | outcome          |
      | the SM WAN is up                     | a hub of today       | the PPMID's word |
      | the SM WAN is up                     | a hub that can relay | the PPMID's word |
      | the SM WAN has been down for 2 hours | a hub of today       | the PPMID's word |
      | the SM WAN has been down for 2 hours | a hub that can relay | the PPMID's word |
      | the home has no SM WAN yet           | a hub of today       | the PPMID's word |

  @REQ-011 @REQ-026 @REQ-034 @I1b @I4b @PP-005 @PP-019 @ics-utrn-internet @takes-6h
  Scenario: Silence, since nothing came through on the HAN: the meter's log shows nothing, and nobody takes that for a credit
    Given a prepayment home with an electricity meter
    And a hub of today
    And the SM WAN has been down for 2 hours
    When the HAN is jammed
    And the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the PPMID said that it does not know the electricity meter's answer
    And no text of the PPMID shows a UTRN
    When the HAN is free again
    And the SM WAN comes back
    Then the balance of the electricity meter has not moved
    And the Supplier does not know whether it was delivered
    And the Supplier has not sent it again

  @REQ-026 @REQ-034 @I4b @PP-005 @ics-utrn-internet @takes-9h
  Scenario: The same silence, since the customer had typed it at the meter before: the meter's log shows the credit
    Given a prepayment home with an electricity meter
    And a hub of today
    And the SM WAN has been down for 2 hours
    When the customer is given a UTRN of £10.00 for the electricity meter by the Supplier
    And the customer types the UTRN of the Supplier into the electricity meter's own keypad
    Then the balance of the electricity meter has risen by £10.00, once
    When the Supplier sends its UTRN for the electricity meter to the PPMID too
    Then the PPMID said that it does not know the electricity meter's answer
    And the balance of the electricity meter has not moved
    And the Supplier does not know whether it was delivered
    And the Supplier has not sent it again
    When the SM WAN comes back
    Then the meter's own log has told the Supplier that it was credited
