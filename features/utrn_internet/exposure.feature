@UTRN-INTERNET
Feature: What the route does not have where UTRNs alone travel

  The attack that takes a home off supply by a relay finds nobody who carries it.

  @REQ-030 @ics-usb-stick @takes-10d
  Scenario: Supply off, nine days old, from a stick, to devices that know UTRNs only
    Given a prepayment home with an electricity meter
    And a hub of today
    And a PPMID that cannot relay
    And a PPMID that is brought its messages on a USB stick
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter's supply disabled through the PPMID
    And the stick leaves the Supplier's
    And 9 days pass
    And the stick is brought to the PPMID
    Then nothing of it reached the HAN
    And the supply of the electricity meter is enabled

  @REQ-030 @ics-usb-stick @takes-30d
  Scenario: Commands of every other class, nine days old, from a stick, to devices that know UTRNs only
    Given a prepayment home with an electricity meter
    And a hub of today
    And a PPMID that cannot relay
    And a PPMID that is brought its messages on a USB stick
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    And the Supplier has each of these done at the electricity meter through the PPMID:
      | service                    |
      | balance adjusted           |
      | supply enabled             |
      | join to the PPMID made     |
      | balance read               |
    And the stick leaves the Supplier's
    And 9 days pass
    And the stick is brought to the PPMID
    Then nothing of it reached the HAN

  @REQ-029 @REQ-030 @ics-utrn-internet @takes-135m
  Scenario: A UTRN takes one component that homes do not have today
    Given a prepayment home with an electricity meter
    And a hub of today
    And the SM WAN has been down for 2 hours
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then no Command travelled with the UTRN
    And what reached the electricity meter was made by services of today
    And the balance of the electricity meter has risen by £10.00, once

  @REQ-011 @I1a @PP-004 @ics-utrn-internet @takes-135m
  Scenario: A UTRN is exchanged for another inside the delivery service
    Given a prepayment home with an electricity meter
    And a hub of today
    And a delivery service that alters the UTRN of what it carries
    And the SM WAN has been down for 2 hours
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    Then the PPMID reported the meter's own result
    And the balance of the electricity meter has not moved

  @REQ-034 @I4b @PP-003 @PP-005 @ics-utrn-internet @ics-gas @takes-5h
  Scenario: A hub in hostile hands says in the gas meter's place that it has credited a UTRN
    Given a prepayment home with a gas meter
    And a hub in hostile hands, which answers for the gas meter
    When the Supplier sends a UTRN of £10.00 for the gas meter to the PPMID
    Then the PPMID said that it does not know the gas meter's answer
    And the balance of the gas meter has not moved

  @REQ-029 @I1a @takes-15m
  Scenario: A whole Command without the DCC's own MAC is refused, whoever brings it to a home where UTRNs alone travel
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home is beyond the SM WAN's reach for good
    And an engineer's Hand-Held Terminal that alters what it carries
    When the Hand-Held Terminal asks the hub to let it in
    And the Supplier has the electricity meter topped up by £10.00 with the Hand-Held Terminal
    Then the electricity meter refused the altered Command
    And the balance of the electricity meter has not moved
