import { looksPersonal } from '../../src/profiles/index.js';

const PERSONAL = {
  'contact data': `email e-mail E-Mail eMail e_mail emailAddress userEmail contact_email mail phone phoneNumber phone_number
    telephone home_phone mobile mobilePhone tel fax ip ipAddress IPAddress client_ip iban IBAN username`,
  addresses: `street street1 streetName address billingAddress shipping_address address_line_1 zip zipCode postalCode
    postal_code postcode latitude`,
  'names and births': `name fullName full_name firstName last_name surname displayName middleName nickname contactName
    birthDate birth_date birthday dateOfBirth date_of_birth dob`,
  'official numbers': `ssn SSN passport passportNumber passport_no nationalId national_id nationalNumber rijksregisternummer
    bsn dni tax_id cardNumber`,
  'what is inside': `customer.email traits.phone billing_details.name customer.default_address.address1 context.ip
    national.number recipient.name guests.0.email`,
  German: `Vorname nachname Straße strasse Lieferstraße PLZ Postleitzahl Geburtsdatum Telefonnummer Handynummer Adresse
    Anschrift Hausnummer E-Mail-Adresse`,
  French: `prénom nom nomDeFamille adresse codePostal code_postal courriel téléphone dateNaissance date_de_naissance`,
  Spanish: `nombre apellidos calle dirección correo codigoPostal teléfono móvil fecha_de_nacimiento pasaporte`,
  Dutch: `voornaam achternaam naam straat huisnummer adres telefoonnummer gsm geboortedatum emailadres`,
};

const PLAIN = `city country plan total score title price currency sku quantity status type gender language tax coupon
  productName product.name items.0.name line_items.name campaign.name plan_name companyName eventName page.path filename
  headphones shipping sentiment toString __proto__`;

describe('without a definition', () => {
  it.each(
    Object.entries(PERSONAL).flatMap(([what, names]) =>
      names.split(/\s+/).map((name): [string, string] => [name, what]),
    ),
  )('%s looks personal (%s)', (name) => {
    expect(looksPersonal(name)).toBe(true);
  });

  it.each(PLAIN.split(/\s+/))('%s does not', (name) => {
    expect(looksPersonal(name)).toBe(false);
  });
});
