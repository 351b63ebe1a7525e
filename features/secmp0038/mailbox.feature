@SECMP0038
Feature: What waits in the hub for a gas meter

  A gas meter sleeps, and the hub keeps what the SM WAN and the PPMID bring for it. A signed Command whose counter is lower than that of one
  before it is lost for good, so that the order in which they go out is no small matter.

  @REQ-013 @I3e @ics-relay @ics-gas @takes-5h
  Scenario Outline: Three signed Commands wait together: <first>, <second>, <third>
    Given a prepayment home with a gas meter
    And a hub that can relay
    When 1 minute pass
    And the Supplier has the gas meter's balance adjusted <first>
    And 1 minute pass
    And the Supplier has the gas meter's balance adjusted <second>
    And 1 minute pass
    And the Supplier has the gas meter's balance adjusted <third>
    Then the PPMID passed the Command on unaltered
    And the hub handed the gas meter what waited for it in the order in which it came, and each once
    And the balance of the gas meter has risen by £3.00, once
    And the Supplier holds the meter's own Response

    Examples:
      | first             | second            | third             |
      | through the PPMID | through the PPMID | through the PPMID |
      | over the SM WAN   | through the PPMID | over the SM WAN   |
      | both ways         | over the SM WAN   | through the PPMID |

  @REQ-013 @I3c @I3e @ics-relay @ics-gas @takes-48h
  Scenario: What the SM WAN and the PPMID brought has waited too long, and what came after it has not
    Given a prepayment home with a gas meter
    And a hub that can relay
    When the Supplier has the gas meter's balance read over the SM WAN
    And the Supplier has the gas meter's balance read through the PPMID
    And nobody hears anybody on the HAN for 23 hours, as soon as the Command is in the home
    And the Supplier has the gas meter topped up by £10.00 over the SM WAN
    And nobody hears anybody on the HAN for 2 hours, as soon as the Command is in the home
    Then the hub handed the gas meter what waited for it in the order in which it came, and each once
    And the hub handed the gas meter no Command that had waited longer than it may
    And the balance of the gas meter has risen by £10.00, once
