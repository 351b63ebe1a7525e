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
