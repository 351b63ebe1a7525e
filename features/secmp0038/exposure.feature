@SECMP0038
Feature: What a Command that was held back can still do

  A Command carries no time. Whoever holds an authentic one back can have it done later, if the hub's list has its kind.
  What else attackers reach, `ppmid-harness risk` tells by many more trials.

  @REQ-003 @REQ-020 @ics-relay @ics-usb-stick @takes-10d
  Scenario Outline: Supply off, nine days old, from a stick, where the hub relays <list>
    Given a prepayment home with an electricity meter
    And a hub that relays what is on the list: <list>
    And a PPMID that is brought its messages on a USB stick
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter's supply disabled through the PPMID
    And the stick leaves the Supplier's
    And 9 days pass
    And the stick is brought to the PPMID
    Then what was held back reached the electricity meter only by the list: <list>
    And the supply of the electricity meter is <state>

    Examples:
      | list                   | state    |
      | every Command          | disabled |
      | the prepayment set     | disabled |
      | top-ups and supply off | disabled |
      | top-ups only           | enabled  |

  @REQ-003 @REQ-020 @ics-relay @ics-usb-stick @takes-30d
  Scenario Outline: Commands of every other class, nine days old, from a stick, where the hub relays <list>
    Given a prepayment home with an electricity meter
    And a hub that relays what is on the list: <list>
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
    Then what was held back reached the electricity meter only by the list: <list>

    Examples:
      | list                   |
      | every Command          |
      | the prepayment set     |
      | top-ups and supply off |
      | top-ups only           |

  @REQ-003 @REQ-025 @PP-023 @ics-usb-stick @takes-10d
  Scenario: Supply off, nine days old, from a stick, where the PPMID cannot relay
    Given a prepayment home with an electricity meter
    And a hub of today
    And a PPMID that cannot relay
    And a PPMID that is brought its messages on a USB stick
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter's supply disabled through the PPMID
    And the stick leaves the Supplier's
    And 9 days pass
    And the stick is brought to the PPMID
    Then the PPMID said that it cannot relay
    And the supply of the electricity meter is enabled

  @REQ-010 @ics-relay @ics-usb-serial @takes-10d
  Scenario: Supply off, nine days old, from a phone on a cable
    Given a prepayment home with an electricity meter
    And a hub that relays what is on the list: every Command
    And a PPMID that is brought its messages by a phone on a USB cable
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter's supply disabled through the PPMID
    And the phone leaves the Supplier's
    And 9 days pass
    And the phone is brought to the PPMID
    Then what was held back reached the electricity meter only by the list: every Command
    And the supply of the electricity meter is disabled

  @REQ-010 @ics-relay @ics-nfc @takes-10d
  Scenario: Supply off, nine days old, from a phone that taps
    Given a prepayment home with an electricity meter
    And a hub that relays what is on the list: every Command
    And a PPMID that is brought its messages by a phone that taps
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter's supply disabled through the PPMID
    And the phone leaves the Supplier's
    And 9 days pass
    And the phone is brought to the PPMID
    Then what was held back reached the electricity meter only by the list: every Command
    And the supply of the electricity meter is disabled

  @REQ-003 @REQ-010 @REQ-020 @ics-relay @takes-10d
  Scenario: Supply off, nine days old, from a delivery service, where the hub relays top-ups only
    Given a prepayment home with an electricity meter
    And a hub that relays what is on the list: top-ups only
    And a delivery service in hostile hands, which holds everything back for nine days
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter's supply disabled through the PPMID
    And 10 days pass
    Then what was held back reached the electricity meter only by the list: top-ups only
    And the supply of the electricity meter is enabled

  @REQ-005 @REQ-006 @REQ-012 @I2a @takes-2h
  Scenario: Commands that look valid flood the hub, which passes on what it may, and the SM WAN's own are served
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a PPMID with hostile code, which floods its hub
    When the hostile PPMID sends 6 Commands a minute for the electricity meter, for 15 minutes
    And 10 minutes pass
    And the Supplier has the electricity meter's balance read over the SM WAN, 5 times
    Then the hub passed no more of the PPMID's Commands on to the electricity meter than it may in an hour
    And the hub served the electricity meter over the SM WAN in spite of the flood

  @REQ-012 @I1b @ics-relay @ics-gas @takes-5h
  Scenario Outline: What the SM WAN brings for the <meter> is none of the PPMID's business
    Given a prepayment home with <home>
    And a hub that can relay
    When the Supplier has the <meter>'s balance read through the PPMID
    And the Supplier has the <meter>'s prepayment registers read over the SM WAN
    And the Supplier has the <meter> topped up by £10.00 over the SM WAN
    Then the hub told the PPMID nothing of what the SM WAN brought for others
    And the balance of the <meter> has risen by £10.00, once

    Examples:
      | home                 | meter             |
      | an electricity meter | electricity meter |
      | a gas meter          | gas meter         |
