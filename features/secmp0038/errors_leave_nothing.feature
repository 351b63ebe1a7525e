@SECMP0038
Feature: What goes wrong leaves nothing behind

  A Command that is refused has no effect, and no after-effect: whoever brings a meter an altered copy keeps nobody from being served
  afterwards.

  @REQ-013 @REQ-014 @REQ-015 @REQ-029 @I1a @ics-relay @ics-gas @takes-6h
  Scenario Outline: The copy by the PPMID is altered in its <part>, and the DCC's own comes to the <meter> after it
    Given a prepayment home with <home>
    And a hub that can relay
    And a delivery service that alters the <part> of what it carries
    And the <meter> has run out of credit
    And the SM WAN has been down for 2 hours
    When the Supplier has the <meter>'s emergency credit activated both ways
    And 40 minutes pass
    And the SM WAN comes back
    Then the <meter> refused the altered Command
    And the emergency credit of the <meter> is in force
    And the Supplier holds the <meter>'s own Response

    Examples:
      | home                 | meter             | part    |
      | an electricity meter | electricity meter | payload |
      | an electricity meter | electricity meter | MAC     |
      | a gas meter          | gas meter         | payload |

  @REQ-012 @I1b @ics-relay @ics-gas @takes-2h
  Scenario: The gas meter is topped up over the SM WAN, and the electricity meter through the PPMID, both by the first counter of theirs
    Given a prepayment home with an electricity meter and a gas meter
    And a hub that can relay
    When 5 minutes pass
    And the Supplier has the electricity meter topped up by £5.00 through the PPMID
    And the Supplier has the gas meter topped up by £10.00 over the SM WAN
    And 40 minutes pass
    Then the hub told the PPMID nothing of what the SM WAN brought for others
    And the balance of the gas meter has risen by £10.00, once
