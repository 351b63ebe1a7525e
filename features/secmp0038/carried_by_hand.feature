@SECMP0038
Feature: Messages that are brought to the PPMID by hand

  Not every home has the Internet. A stick, a phone or an engineer takes the sealed messages of the local command
  interface from the Supplier to the PPMID, and brings the answers back hours later.

  @REQ-004 @REQ-009 @REQ-015 @PP-001 @PP-002 @PP-024 @ics-relay @ics-usb-stick @takes-32h
  Scenario: A top-up Command goes on a USB stick, and its answer comes back the next day
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a PPMID that is brought its messages on a USB stick
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the Supplier does not know whether it was delivered
    When the stick leaves the Supplier's
    And 6 hours pass
    And the stick is brought to the PPMID
    Then what was carried came as it was given
    And the PPMID passed the Command on unaltered
    And the balance of the electricity meter has risen by £10.00, once
    And the PPMID passed the Response back unaltered
    And the Supplier does not know whether it was delivered
    When the stick is taken off the PPMID
    And 18 hours pass
    And the stick is back at the Supplier's
    Then what was carried came as it was given, there and back
    And the Supplier holds the meter's own Response
    And the Supplier's record shows one outcome

  @REQ-004 @REQ-009 @REQ-015 @PP-001 @PP-002 @PP-024 @ics-relay @ics-usb-serial @takes-6h
  Scenario: A top-up Command goes by a phone on a USB cable
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a PPMID that is brought its messages by a phone on a USB cable
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    And the phone leaves the Supplier's
    And 2 hours pass
    And the phone is brought to the PPMID
    Then the PPMID passed the Command on unaltered
    And the balance of the electricity meter has risen by £10.00, once
    And the PPMID passed the Response back unaltered
    When the phone is back at the Supplier's
    Then what was carried came as it was given, there and back
    And the Supplier holds the meter's own Response

  @REQ-004 @REQ-009 @REQ-015 @PP-024 @ics-relay @ics-usb-serial @takes-3h
  Scenario: A cable is pulled half way and plugged in again
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a PPMID that is brought its messages by a phone on a USB cable
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    And the phone leaves the Supplier's
    And the phone is taken off the PPMID half way
    Then the PPMID did nothing by half
    When the phone is brought to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    When the phone is back at the Supplier's
    Then the Supplier holds the meter's own Response

  @REQ-009 @REQ-015 @PP-024 @ics-relay @ics-usb-stick @takes-3h
  Scenario: A stick is pulled before its last octets are read
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a PPMID that is brought its messages on a USB stick
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the Supplier does not know whether it was delivered
    When the stick leaves the Supplier's
    And the stick is taken off the PPMID half way
    Then the PPMID did nothing by half
    When the stick is brought to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once

  @REQ-009 @REQ-015 @I3a @PP-007 @PP-024 @ics-relay @ics-usb-stick @takes-4h
  Scenario: A copy of the stick is put in again
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a PPMID that is brought its messages on a USB stick
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    And the stick leaves the Supplier's
    And the stick is brought to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    When the PPMID is brought a copy of it
    Then the PPMID did not pass a copy on again
    And the balance of the electricity meter has risen by £10.00, once
    When the stick is back at the Supplier's
    Then the Supplier holds the meter's own Response
    And the Supplier's record shows one outcome

  @REQ-009 @REQ-011 @I1c @PP-006 @PP-007 @ics-relay @ics-usb-stick @takes-3h
  Scenario: The PPMID has stood in another home before, and a message of that time is still on the stick
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a PPMID that is brought its messages on a USB stick
    And the SM WAN has been down for 2 hours
    When a Command of the home in which the PPMID was before is among what is carried
    And the stick leaves the Supplier's
    And the stick is brought to the PPMID
    Then the PPMID neither passed on nor answered what is for another home

  @REQ-009 @REQ-011 @I1c @PP-006 @PP-007 @ics-relay @ics-usb-stick @takes-3h
  Scenario: One stick is used for two homes, and their messages are mixed up
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a PPMID that is brought its messages on a USB stick
    And somebody who mixes up homes
    And the SM WAN has been down for 2 hours
    When a Command of another home is among what is carried
    And the Supplier has the electricity meter topped up by £10.00 through the PPMID
    And the stick leaves the Supplier's
    And the stick is brought to the PPMID
    Then the PPMID neither passed on nor answered what is for another home
    And the balance of the electricity meter has risen by £10.00, once

  @REQ-009 @REQ-015 @I3a @PP-024 @ics-relay @ics-nfc @takes-3h
  Scenario: A tap breaks off half way, and the same phone is held to the PPMID again
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a PPMID that is brought its messages by a phone that taps
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    And the phone leaves the Supplier's
    And the phone is taken off the PPMID half way
    Then the PPMID did nothing by half
    When the phone is brought to the PPMID
    Then the PPMID passed the Command on unaltered
    And the balance of the electricity meter has risen by £10.00, once
    When the phone is back at the Supplier's
    Then what was carried came as it was given, there and back
    And the Supplier holds the meter's own Response

  @REQ-009 @REQ-011 @I1c @PP-006 @PP-024 @ics-relay @ics-nfc @takes-3h
  Scenario: A tap breaks off half way, and another home's phone comes in between
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a PPMID that is brought its messages by a phone that taps
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    And the phone leaves the Supplier's
    And the phone is taken off the PPMID half way
    And a phone of another home is held to the PPMID
    Then the PPMID neither passed on nor answered what is for another home
    And the PPMID did nothing by half
    When the phone is brought to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once

  @REQ-015 @I4b @ics-relay @ics-nfc @takes-14h
  Scenario: The phone that brought a Command never comes back, and the SM WAN tells
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a PPMID that is brought its messages by a phone that taps
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    And the phone leaves the Supplier's
    And the phone is brought to the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    When the phone is taken off the PPMID
    Then the Supplier does not know whether it was delivered
    And the Supplier has not sent it again
    When 6 hours pass
    And the SM WAN comes back
    Then the Supplier holds the meter's own Response
    And the Supplier's record shows one outcome

  @REQ-009 @REQ-011 @I1a @PP-007 @PP-024 @ics-relay @ics-usb-stick @takes-3h
  Scenario: Somebody alters what is on the stick
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And a PPMID that is brought its messages on a USB stick
    And somebody who alters what they carry
    And the SM WAN has been down for 2 hours
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    And the stick leaves the Supplier's
    And the stick is brought to the PPMID
    Then nothing of it reached the HAN
