@UTRN-INTERNET
Feature: UTRNs that are brought to the PPMID by hand

  The twenty digits travel as they would over the Internet, sealed for one home and one PPMID; a phone takes them there.
  Every home here has a hub of today.

  @REQ-026 @REQ-034 @PP-003 @PP-004 @PP-012 @PP-024 @ics-utrn-internet @ics-nfc @takes-4h
  Scenario: A UTRN goes by a phone that taps
    Given a prepayment home with an electricity meter
    And a hub of today
    And a PPMID that is brought its messages by a phone that taps
    And the SM WAN has been down for 2 hours
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    And the phone leaves the Supplier's
    And the phone is brought to the PPMID
    Then the PPMID did not call it accepted before the meter had
    And the balance of the electricity meter has risen by £10.00, once
    When the phone is back at the Supplier's
    Then the PPMID reported the meter's own result
    And the Supplier has only the PPMID's word for it

  @REQ-034 @I4b @ics-utrn-internet @ics-nfc @takes-6h
  Scenario: The phone with a UTRN never comes to the home
    Given a prepayment home with an electricity meter
    And a hub of today
    And a PPMID that is brought its messages by a phone that taps
    And the SM WAN has been down for 2 hours
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    And the phone leaves the Supplier's
    Then the Supplier does not know whether it was delivered
    And the Supplier has not sent it again
    And the balance of the electricity meter has not moved

  @REQ-026 @REQ-034 @PP-003 @PP-004 @PP-012 @PP-024 @ics-utrn-internet @ics-gas @ics-usb-stick @takes-8h
  Scenario: A UTRN for the gas meter goes on a stick that stays until the meter wakes
    Given a prepayment home with a gas meter
    And a hub of today
    And a PPMID that is brought its messages on a USB stick
    And the SM WAN has been down for 2 hours
    When the Supplier sends a UTRN of £12.50 for the gas meter to the PPMID
    And the stick leaves the Supplier's
    And the stick is brought to the PPMID
    Then the balance of the gas meter has risen by £12.50, once
    When the stick is back at the Supplier's
    Then the PPMID reported the meter's own result
    And the Supplier has only the PPMID's word for it

  @REQ-026 @REQ-034 @PP-003 @PP-004 @PP-012 @PP-024 @ics-utrn-internet @ics-nfc @takes-3m
  Scenario: A UTRN goes by a phone that taps, to a home that the SM WAN never reaches
    Given a prepayment home with an electricity meter
    And a hub of today
    And a PPMID that is brought its messages by a phone that taps
    And the home is beyond the SM WAN's reach for good
    When the Supplier sends a UTRN of £10.00 for the electricity meter to the PPMID
    And the phone leaves the Supplier's
    And the phone is brought to the PPMID
    Then the PPMID did not call it accepted before the meter had
    And the balance of the electricity meter has risen by £10.00, once
    When the phone is back at the Supplier's
    Then the PPMID reported the meter's own result
    And the Supplier has only the PPMID's word for it
