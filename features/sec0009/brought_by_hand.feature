@SEC0009
Feature: Commands that are brought by hand to a home that the SM WAN never reaches

  A stick, a cable or a phone that taps takes the Command to the PPMID and the Response back within one visit, so that the
  same can be tried with a device and a person at a table.

  @REQ-049 @REQ-050 @PP-001 @PP-002 @PP-024 @ics-relay @ics-usb-stick @takes-3m
  Scenario: A top-up Command and its Response go on a USB stick
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a PPMID that is brought its messages on a USB stick
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    And the stick leaves the Supplier's
    And the stick is brought to the PPMID
    Then what was carried came as it was given
    And the PPMID passed the Command on unaltered
    And the balance of the electricity meter has risen by £10.00, once
    And the PPMID passed the Response back unaltered
    When the stick is back at the Supplier's
    Then what was carried came as it was given, there and back
    And the Supplier holds the meter's own Response

  @REQ-049 @REQ-050 @PP-001 @PP-002 @PP-024 @ics-relay @ics-usb-serial @takes-3m
  Scenario: A top-up Command and its Response go by a phone on a USB cable
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a PPMID that is brought its messages by a phone on a USB cable
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    And the phone leaves the Supplier's
    And the phone is brought to the PPMID
    Then what was carried came as it was given
    And the PPMID passed the Command on unaltered
    And the balance of the electricity meter has risen by £10.00, once
    And the PPMID passed the Response back unaltered
    When the phone is back at the Supplier's
    Then what was carried came as it was given, there and back
    And the Supplier holds the meter's own Response

  @REQ-049 @REQ-050 @PP-001 @PP-002 @PP-024 @ics-relay @ics-nfc @takes-3m
  Scenario: A top-up Command and its Response go by a phone that taps
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a PPMID that is brought its messages by a phone that taps
    And the home is beyond the SM WAN's reach for good
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    And the phone leaves the Supplier's
    And the phone is brought to the PPMID
    Then what was carried came as it was given
    And the PPMID passed the Command on unaltered
    And the balance of the electricity meter has risen by £10.00, once
    And the PPMID passed the Response back unaltered
    When the phone is back at the Supplier's
    Then what was carried came as it was given, there and back
    And the Supplier holds the meter's own Response
